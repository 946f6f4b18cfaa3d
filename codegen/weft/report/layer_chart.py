"""Where the work and the weights are: one pair of bars for each layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weft.emit.report_html import Chart, Group, Path
from weft.report.analysis import Analysis
from weft.report.drawing import LEFT, RIGHT, WIDTH, box, num, ticks, word
from weft.report.layers import LayerInfo, percent

_TOP, _HALF, _BELOW = 10, 96, 12
_NAMES = 20  # height of the layer numbers between the bars
_WIDEST = 34  # of a bar
_ROOM = 22  # that a layer number takes


@dataclass(frozen=True, slots=True)
class _Side:
    """Bars that grow from `base`, up or down, each by its share of the whole in percent."""

    kind: str
    name: str
    base: float
    direction: int  # -1 is up
    shares: Sequence[float]

    @property
    def largest(self) -> float:
        return max(1.0, *self.shares)

    def y(self, share: float) -> float:
        return self.base + self.direction * _HALF * share / self.largest

    def axis(self) -> Group:
        """Grid lines at round shares."""
        found = ticks(int(self.largest), 4)
        middle = self.y(self.largest / 2) + 4
        return Group(
            "axis",
            tuple(Path("grid", f"M{LEFT} {num(self.y(v))}H{WIDTH - RIGHT}") for v in found),
            (
                *(word("tick", LEFT - 8, self.y(v) + 4, f"{v} %", "end") for v in found),
                word(self.kind, WIDTH - RIGHT + 6, middle, self.name),
            ),
        )

    def bar(self, layer: int, x: float, half: float) -> Path:
        """The bar of a layer around x."""
        return Path(self.kind, box(x - half, self.y(self.shares[layer]), x + half, self.base))


def layer_chart(a: Analysis) -> Chart:
    """MACs upwards, weights downwards, each as a share of the model's on a scale of its own."""
    work = [percent(layer.macs, a.program.macs) for layer in a.layers]
    weights = [percent(layer.weights_bytes, a.weights_bytes) for layer in a.layers]
    sides = (
        _Side("macs", "MACs", _TOP + _HALF, -1, work),
        _Side("weights", "weights", _TOP + _HALF + _NAMES, 1, weights),
    )
    return Chart(
        label="Share of MACs and of weights of each layer",
        width=WIDTH,
        height=_TOP + 2 * _HALF + _NAMES + _BELOW,
        groups=(*(side.axis() for side in sides), *_layers(a.layers, sides)),
    )


def _layers(layers: Sequence[LayerInfo], sides: tuple[_Side, _Side]) -> Iterator[Group]:
    pitch = (WIDTH - LEFT - RIGHT) / max(len(layers), 1)
    half = min(pitch * 0.72, _WIDEST) / 2
    every = max(1, -(-_ROOM // max(int(pitch), 1)))
    up, down = sides
    for layer in layers:
        x = LEFT + pitch * (layer.index + 0.5)
        hit = box(x - pitch / 2, up.y(up.largest), x + pitch / 2, down.y(down.largest))
        named = layer.index % every == 0
        yield Group(
            "layer",
            (Path("hit", hit), *(side.bar(layer.index, x, half) for side in sides)),
            (word("tick", x, up.base + 14, str(layer.index), "middle"),) if named else (),
            f"layer {layer.index} {layer.op}\n"
            f"{layer.macs:,} MACs, {up.shares[layer.index]} %\n"
            f"{layer.weights_bytes:,} bytes of weights, {down.shares[layer.index]} %",
        )
