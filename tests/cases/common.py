"""What the strategies draw from: sizes, scales, zero points and values, plain and extreme."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from hypothesis import strategies as st
from model_builder import ModelBuilder

Draw = Any  # the function that hypothesis gives to a composite strategy

ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6")


@dataclass(frozen=True)
class Case:
    """A model; `interpreter`: whether LiteRT's reference kernels can run it."""

    text: str
    model: bytes = field(repr=False)
    interpreter: bool = True

    @classmethod
    def of(
        cls,
        b: ModelBuilder,
        inputs: Sequence[int],
        outputs: Sequence[int],
        *,
        interpreter: bool = True,
        **about: object,
    ) -> Case:
        """The model of a builder; `about` is shown when the case fails."""
        text = ", ".join(f"{name}={value}" for name, value in about.items())
        return cls(text, b.build(inputs, outputs), interpreter)


def zero_points() -> st.SearchStrategy[int]:
    """Any int8 zero point; the ends often."""
    return st.sampled_from((0, -128, 127)) | st.integers(-128, 127)


def powers(least: float, greatest: float) -> st.SearchStrategy[float]:
    """2**x for x in a range; float32 values."""
    return st.floats(least, greatest).map(lambda x: float(np.float32(2.0**x)))


def scales() -> st.SearchStrategy[float]:
    """Scales of activations: usual ones, and far from usual."""
    return powers(-9, 0) | powers(-30, 20) | st.sampled_from((1.0, 0.5, 1 / 256))


def channels(most: int = 17) -> st.SearchStrategy[int]:
    """Channel counts, below, at and above every unrolling."""
    return st.integers(1, most)


def sizes(most: int = 9) -> st.SearchStrategy[int]:
    """Rows or columns of an image."""
    return st.integers(1, most)


def shapes(least: int = 1, most: int = 4, largest: int = 5) -> st.SearchStrategy[list[int]]:
    """Shapes of some rank, sometimes with a long last axis."""
    usual = st.lists(st.integers(1, largest), min_size=least, max_size=most)
    return usual | st.builds(lambda s, c: [*s[:-1], c], usual, channels())


@st.composite
def long_rows(draw: Draw) -> list[int]:
    """Images of a row or two, with a few elements or several hundred, many channels or few."""
    count = draw(st.integers(1, 40) | st.sampled_from((63, 127, 128, 129, 150, 257)))
    return [1, draw(st.integers(1, 2)), draw(st.integers(1, max(1, 400 // count))), count]


def activations() -> st.SearchStrategy[str]:
    """Fused activations."""
    return st.sampled_from(ACTIVATIONS)


def interpreted(activation: str, scale: float) -> bool:
    """Whether LiteRT can tell the limits of an activation from an output's scale."""
    return activation == "NONE" or scale > 2.0**-28


@st.composite
def int8_values(draw: Draw, shape: Sequence[int], bits: int = 8) -> Any:
    """int8 or int4 weights of a shape: random, the least everywhere, or both ends only."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng, end = np.random.default_rng(seed), 1 << (bits - 1)
    match draw(st.sampled_from(("random", "random", "ends", "least"))):
        case "random":
            return rng.integers(-end, end, tuple(shape))
        case "ends":
            return rng.choice([-end, end - 1], tuple(shape))
        case _:
            return np.full(tuple(shape), -end)


@st.composite
def trained_values(draw: Draw, shape: Sequence[int]) -> Any:
    """Weights as in trained models, without -128: random, or the ends only, most of a sign."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.sampled_from(("random", "random", "steep"))) == "random":
        return rng.integers(-127, 128, tuple(shape))
    return rng.choice([-127, 127, 127, 127], tuple(shape)) * draw(st.sampled_from((1, -1)))


@st.composite
def bias(draw: Draw, count: int, dtype: str = "int32", *, trained: bool = False) -> Any:
    """Biases, sometimes so large that nothing else matters, but in `trained` models."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    largest = 1 << (28 if dtype == "int32" else 45)
    most = draw(st.sampled_from((0, 1 << 12, 1 << 14, *(() if trained else (largest,)))))
    return rng.integers(-most, most + 1, count)


@dataclass(frozen=True)
class Types:
    """Types of a layer with weights."""

    activations: str
    weights: str = "int8"
    bias: str = "int32"

    @property
    def options(self) -> dict[str, int]:
        """What an operator that has the option says about its sums."""
        short = (self.activations, self.bias) == ("int16", "int32")
        return {"quantized_bias_type": schema.TensorType.INT32} if short else {}

    def zero_points(self) -> st.SearchStrategy[int]:
        """Any int8 zero point; int16 is around 0."""
        return st.just(0) if self.activations == "int16" else zero_points()


PLAIN, INT4 = Types("int8"), Types("int8", "int4")
INT16, INT16_SHORT = Types("int16", bias="int64"), Types("int16")


def layer_types(*, trained: bool, plain: bool = False) -> st.SearchStrategy[Types]:
    """Types of a layer with weights; `plain`: int8 only. `trained` numbers are none of int4."""
    wide = (INT16, INT16_SHORT)
    if plain:
        return st.just(PLAIN)
    return st.sampled_from((PLAIN,) * 4 + wide if trained else (PLAIN, PLAIN, INT4, *wide))


@dataclass(frozen=True)
class Filter:
    """Tensors of an operator with weights, and the scale of its output."""

    weights: int
    bias: int | None
    output_scale: float


@st.composite
def filters(
    draw: Draw,
    b: ModelBuilder,
    input_scale: float,
    shape: Sequence[int],
    *,
    axis: int,
    zero_point: int = 0,
    per_channel: bool,
    types: Types = PLAIN,
    trained: bool = False,
) -> Filter:
    """Weights and bias, and an output scale for sums that spread, saturate or vanish.

    `trained`: numbers as in trained models, for which the fast kernels are.
    """
    count = shape[axis]
    spread = draw(powers(-9, -4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = [float(s) for s in spread * rng.uniform(0.1, 1, count if per_channel else 1)]
    bits = 4 if types.weights == "int4" else 8
    values = draw(trained_values(shape)) if trained else draw(int8_values(shape, bits))
    axis = axis if per_channel else 0
    weights = b.constant(values, scale, zero_point, dtype=types.weights, axis=axis)
    taps = math.prod(shape) / count
    usual, any_ = powers(-9, -4), powers(-7, 0) | st.just(1.0) | powers(-40, 4)
    multiplier = draw(usual if trained else any_) / math.sqrt(taps)
    tensor = None
    if types is INT16_SHORT or draw(st.booleans()) or draw(st.booleans()):
        scales_ = [input_scale * float(np.float32(s)) for s in scale]
        values = draw(bias(count, types.bias, trained=trained))
        tensor = b.constant(values, scales_, dtype=types.bias)
    return Filter(weights, tensor, input_scale * spread / multiplier)


@dataclass(frozen=True)
class Window:
    """Filter or pool sizes, (height, width) each, and the output's size."""

    image: tuple[int, int]
    size: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: str
    output: tuple[int, int]

    @property
    def options(self) -> dict[str, Any]:
        """Options that all windowed operators have."""
        return {
            "padding": self.padding,
            "stride_h": self.stride[0],
            "stride_w": self.stride[1],
        }


@st.composite
def windows(draw: Draw, *, dilated: bool) -> Window:
    """A window over an image; with SAME padding it may be larger than the image."""
    small, larger = st.integers(1, 3), st.integers(1, 6)
    size = draw(st.tuples(small | larger, small | larger))
    stride = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    dilation = draw(st.tuples(small, small)) if dilated else (1, 1)
    return window_of(draw, size, stride, dilation)


def window_of(
    draw: Draw, size: Any, stride: Any, dilation: Any = (1, 1), *, smallest: int = 1
) -> Window:
    """A given window over some image, padded or not, with `smallest` rows and columns or more."""
    padding = draw(st.sampled_from(("SAME", "VALID")))
    extent = tuple((n - 1) * d + 1 for n, d in zip(size, dilation, strict=True))
    least = (1, 1) if padding == "SAME" else extent
    image = tuple(max(draw(sizes()), n, smallest) for n in least)
    covered = (1, 1) if padding == "SAME" else extent
    output = tuple((n - e) // s + 1 for n, e, s in zip(image, covered, stride, strict=True))
    return Window(image, size, stride, dilation, padding, output)  # type: ignore[arg-type]
