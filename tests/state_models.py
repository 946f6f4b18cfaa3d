"""Small models with state between inferences, for tests of plans, interfaces and checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from model_builder import ModelBuilder

SCALE = 0.1


class StateBuilder(ModelBuilder):
    """Resource variables, as the converter writes them; all tensors have one scale."""

    def __init__(self) -> None:
        super().__init__()
        self.handles: dict[str, int] = {}
        self.initials: dict[str, tuple[npt.ArrayLike, str]] = {}

    def image(self, shape: Sequence[int], dtype: str = "int8") -> int:
        """An activation."""
        return self.tensor(shape, SCALE, dtype=dtype)

    def handle(self, name: str) -> int:
        """A new handle of a variable."""
        handle = self.tensor((), dtype="resource")
        self.operator("VAR_HANDLE", [], [handle], container="", shared_name=name)
        return handle

    def create(self, name: str, values: npt.ArrayLike, dtype: str = "int8") -> None:
        """A variable and its initial value; before all other operators."""
        if not self.initials:
            self.operator("CALL_ONCE", [], [], init_subgraph_index=1)
        self.initials[name] = (values, dtype)
        self.handles[name] = self.handle(name)

    def read(self, name: str) -> int:
        """What a variable holds."""
        values, dtype = self.initials[name]
        result = self.image(np.shape(values), dtype)
        self.operator("READ_VARIABLE", [self.handles[name]], [result])
        return result

    def assign(self, name: str, value: int) -> None:
        """Let a variable hold a tensor."""
        self.operator("ASSIGN_VARIABLE", [self.handles[name], value], [])

    def add(self, a: int, b: int) -> int:
        """The sum."""
        result = self.image(self.graph.tensors[a].shape)
        self.operator("ADD", [a, b], [result], fused_activation_function="NONE")
        return result

    def relu(self, x: int) -> int:
        """max(x, 0)."""
        result = self.image(self.graph.tensors[x].shape)
        self.operator("RELU", [x], [result])
        return result

    def concatenate(self, a: int, b: int) -> int:
        """One behind the other, along the rows."""
        (_, rows, *rest), more = self.graph.tensors[a].shape, self.graph.tensors[b].shape[1]
        result = self.image((1, rows + more, *rest))
        self.operator("CONCATENATION", [a, b], [result], axis=1)
        return result

    def last_rows(self, x: int, count: int) -> int:
        """The last rows."""
        _, rows, *rest = self.graph.tensors[x].shape
        result = self.image((1, count, *rest))
        begin = self.constant([0, rows - count, 0, 0], dtype="int32")
        size = self.constant([1, count, *rest], dtype="int32")
        self.operator("SLICE", [x, begin, size], [result])
        return result

    def conv(self, x: int, channels: int, seed: int) -> int:
        """A convolution over all rows that there are, without padding."""
        _, rows, width, depth = self.graph.tensors[x].shape
        rng = np.random.default_rng(seed)
        weights = self.constant(rng.integers(-90, 91, (channels, rows, 1, depth)), 0.01)
        bias = self.constant(rng.integers(-99, 99, channels), 0.001, dtype="int32")
        result = self.image((1, 1, width, channels))
        options = {"padding": "VALID", "stride_h": 1, "stride_w": 1}
        self.operator("CONV_2D", [x, weights, bias], [result], **options)
        return result

    def conv_over_time(self, x: int, channels: int, taps: int, seed: int) -> int:
        """A convolution along the columns of an image with one row, without padding."""
        _, _, steps, depth = self.graph.tensors[x].shape
        scale, rng = float(self.graph.tensors[x].quantization.scale[0]), np.random.default_rng(seed)
        weights = self.constant(rng.integers(-90, 91, (channels, 1, taps, depth)), 0.01)
        bias = self.constant(rng.integers(-99, 99, channels), scale * 0.01, dtype="int32")
        result = self.image((1, 1, steps - taps + 1, channels))
        options = {"padding": "VALID", "stride_h": 1, "stride_w": 1}
        self.operator("CONV_2D", [x, weights, bias], [result], **options)
        return result

    def svdf(self, x: int, units: int, memory: int, seed: int) -> int:
        """A filter over time with int16 state."""
        inputs, rng = self.graph.tensors[x].shape[-1], np.random.default_rng(seed)
        wf = self.constant(rng.integers(-127, 128, (units, inputs)), 0.01)
        wt = self.constant(rng.integers(-9999, 9999, (units, memory)), 1e-4, dtype="int16")
        bias = self.constant(rng.integers(-999, 999, units), 1e-7, dtype="int32")
        state = self.variable((1, units * memory), 1e-3, dtype="int16")
        result = self.image((1, units))
        options = {"rank": 1, "fused_activation_function": "RELU"}
        self.operator("SVDF", [x, wf, wt, bias, state], [result], **options)
        return result

    def lstm(self, x: int, units: int, seed: int) -> int:
        """A recurrent layer over (1, time, channels)."""
        rng = np.random.default_rng(seed)
        _, steps, inputs = self.graph.tensors[x].shape
        tensors = [x] + [-1] * 23
        for gate in range(4):
            tensors[1 + gate] = self.constant(rng.integers(-127, 128, (units, inputs)), 0.003)
            tensors[5 + gate] = self.constant(rng.integers(-127, 128, (units, units)), 0.004)
            bias = rng.integers(-99, 100, units)
            tensors[12 + gate] = self.constant(bias, SCALE * 0.003, dtype="int32")
        tensors[18] = self.variable((1, units), 1 / 128, -4)
        tensors[19] = self.variable((1, units), 2.0**-11, dtype="int16")
        result = self.tensor((1, steps, units), 1 / 128, -4)
        name = "UNIDIRECTIONAL_SEQUENCE_LSTM"
        self.operator(name, tensors, [result], fused_activation_function="TANH")
        return result

    def finish(self, inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The file, with the subgraph that CALL_ONCE runs."""
        if self.initials:
            with self.subgraph("init"):
                for name, (values, dtype) in self.initials.items():
                    value = self.constant(values, SCALE, dtype=dtype)
                    self.operator("ASSIGN_VARIABLE", [self.handle(name), value], [])
        return self.build(inputs, outputs)


def stream() -> bytes:
    """A convolution over the last three rows of a stream, one row for each inference."""
    b = StateBuilder()
    b.create("window", np.arange(8).reshape(1, 2, 2, 2) - 4)
    x = b.image((1, 1, 2, 2))
    rows = b.concatenate(b.read("window"), x)
    b.assign("window", b.last_rows(rows, 2))
    return b.finish([x], [b.conv(rows, 3, seed=1)])


def two_layers() -> bytes:
    """Two of them, one behind the other; the first starts from zeros."""
    b = StateBuilder()
    b.create("first", np.zeros((1, 4, 3, 2)))
    b.create("second", 3 * np.arange(24).reshape(1, 2, 3, 4) - 30)
    x = image = b.image((1, 1, 3, 2))
    for number, (name, keep) in enumerate((("first", 4), ("second", 2))):
        rows = b.concatenate(b.read(name), image)
        image = b.relu(b.conv(rows, 4, seed=number))
        b.assign(name, b.last_rows(rows, keep))
    return b.finish([x], [image])


def accumulator() -> bytes:
    """A sum that is read and written by the same operator, and handed out."""
    b = StateBuilder()
    b.create("sum", np.full((1, 4, 3, 2), 7))
    x = b.image((1, 4, 3, 2))
    total = b.add(b.read("sum"), x)
    b.assign("sum", total)
    return b.finish([x], [total])


def delays() -> bytes:
    """Values that move from variable to variable; two change places."""
    b = StateBuilder()
    for number, name in enumerate("abcd"):
        b.create(name, np.full((1, 1, 2, 3), number))
    x = b.image((1, 1, 2, 3))
    old = {name: b.read(name) for name in "abcd"}
    for name, value in (("a", x), ("b", old["a"]), ("c", old["d"]), ("d", old["c"])):
        b.assign(name, value)
    return b.finish([x], [b.add(old["b"], old["c"]), b.add(b.read("a"), b.read("d"))])


def old_and_new() -> bytes:
    """Reads before and after an assignment; what was found is an output itself."""
    b = StateBuilder()
    b.create("v", np.arange(6).reshape(1, 3, 2, 1))
    x = b.image((1, 3, 2, 1))
    old = b.read("v")
    b.assign("v", b.relu(x))
    return b.finish([x], [old, b.add(b.read("v"), old)])


def filters() -> bytes:
    """Two SVDF, one behind the other."""
    b = StateBuilder()
    x = b.image((1, 6))
    return b.finish([x], [b.svdf(b.svdf(x, 5, 4, seed=1), 3, 3, seed=2)])


def recurrent() -> bytes:
    """A convolution over time, a recurrent layer, another convolution over time."""
    b = StateBuilder()
    x = b.image((1, 1, 20, 3))
    y = b.image((1, 18, 4))
    b.operator("RESHAPE", [b.conv_over_time(x, 4, 3, seed=1)], [y])
    h = b.lstm(y, 6, seed=2)
    z = b.tensor((1, 1, 18, 6), 1 / 128, -4)
    b.operator("RESHAPE", [h], [z])
    return b.build([x], [b.conv_over_time(z, 2, 4, seed=3)])


STATE_MODELS: dict[str, Callable[[], bytes]] = {
    f.__name__: f for f in (stream, two_layers, accumulator, delays, old_and_new, filters)
}
