"""Random models for the graph passes: PADs in front of convolutions, and Conv1D networks."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from random_model import RandomModel


def conv_1d(b: RandomModel, x: int, *, channels: int = 4, kernel: int = 3, **options: int) -> int:
    """As Keras lowers it: (1, T, C) seen as an image of height 1, and back."""
    _, time, depth = b.shape(x)
    stride, dilation = options.get("stride", 1), options.get("dilation", 1)
    y = b.conv_2d(
        b.reshape(x, (1, 1, time, depth)), channels, (1, kernel), (1, stride), (1, dilation),
        padding="VALID" if options.get("valid") else "SAME",
    )  # fmt: skip
    return b.reshape(y, (1, b.shape(y)[2], channels))


def causal(b: RandomModel, x: int, before: int) -> int:
    """Zeros in front of the time axis."""
    return b.pad(x, ((0, 0), (before, 0), (0, 0)))


@st.composite
def padded_models(draw: st.DrawFn) -> bytes:
    """PADs of all kinds in front of convolutions, which may have other readers."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 3))))
    y, outputs = x, list[int]()
    if draw(st.booleans()):
        y = b.relu(y)
    some = st.one_of(st.just(0), st.integers(0, 2), st.integers(0, 6))
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 2))):
            top, bottom, left, right = (draw(some) for _ in range(4))
            y = b.pad(y, ((0, 0), (top, bottom), (left, right), (0, 0)))
        if draw(st.integers(0, 3)) == 0:
            outputs.append(draw(st.sampled_from([y, b.relu(y)])))
        y = _convolution(draw, b, y)
    return b.build([x], [*dict.fromkeys(outputs), y])


def _convolution(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    """One with any window that fits."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    kernel, stride, dilation = ([1, 1] for _ in range(3))
    for axis, length in enumerate(b.shape(y)[1:3]):
        longest = min(4, length) if padding == "VALID" else 4
        kernel[axis] = draw(st.integers(1, longest))
        if kernel[axis] > 1:
            most = 3 if padding == "SAME" else min(3, (length - 1) // (kernel[axis] - 1))
            dilation[axis] = draw(st.integers(1, most))
        # The interpreter takes dilation only without strides.
        stride[axis] = draw(st.integers(1, 3))
    if max(dilation) > 1:
        stride = [1, 1]
    window = (kernel[0], kernel[1]), (stride[0], stride[1]), (dilation[0], dilation[1])
    if draw(st.booleans()):
        return b.conv_2d(y, draw(st.integers(1, 5)), *window, padding=padding)
    return b.depthwise_conv_2d(y, draw(st.integers(1, 2)), *window, padding=padding)


@st.composite
def time_models(draw: st.DrawFn) -> bytes:
    """Chains of one-dimensional layers, as (1, T, C) and as (1, 1, T, C)."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    time, channels = draw(st.integers(2, 12)), draw(st.integers(1, 4))
    x = b.input((1, time, channels))
    y, outputs = x, list[int]()
    for _ in range(draw(st.integers(1, 4))):
        layer = draw(st.sampled_from(LAYERS))
        y = layer(draw, b, y)
        if draw(st.integers(0, 5)) == 0:
            outputs.append(y)
    y = draw(st.sampled_from(ENDS))(b, y)
    return b.build([x], [*dict.fromkeys([*outputs, y])])


def _convolved(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    dilation = draw(st.integers(1, 2))
    stride = draw(st.integers(1, 2)) if dilation == 1 else 1
    kernel = draw(st.integers(1, 3))
    options = {"channels": draw(st.integers(1, 5)), "kernel": kernel, "dilation": dilation}
    if draw(st.booleans()):
        before = (kernel - 1) * dilation + draw(st.integers(0, 2))
        return conv_1d(b, causal(b, y, before), valid=1, **options)
    return conv_1d(b, y, stride=stride, **options)


def _pooled(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    """Keras makes an upright image of it; a lying one must do as well."""
    _, time, depth = b.shape(y)
    size, step = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    upright = draw(st.booleans())
    kernel, stride = ((size, 1), (step, 1)) if upright else ((1, size), (1, step))
    pool = b.max_pool_2d if draw(st.booleans()) else b.average_pool_2d
    image = b.reshape(y, (1, time, 1, depth) if upright else (1, 1, time, depth))
    y = pool(image, kernel=kernel, stride=stride, padding="SAME")
    return b.reshape(y, (1, b.shape(y)[1] * b.shape(y)[2], depth))


def _residual(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    _, time, depth = b.shape(y)
    lying = b.reshape(y, (1, 1, time, depth))
    z = b.depthwise_conv_2d(lying, 1, (1, draw(st.integers(1, 4))))
    return b.reshape(b.add(z, lying), (1, time, depth))


def _scaled(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    _, time, depth = b.shape(y)
    shapes = ((), (depth,), (time, depth), (1, time, 1), (1, 1, depth))
    shape = draw(st.sampled_from(shapes))
    operand = b.constant(b.rng.integers(-99, 99, shape), 0.03, 2)
    return b.mul(y, operand) if draw(st.booleans()) else b.add(operand, y)


def _elementwise(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    def through_float(y: int) -> int:
        return b.quantize(b.dequantize(y), 0.06, 3)

    return draw(st.sampled_from([b.relu, b.relu6, b.softmax, through_float]))(y)


def _dense(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    return b.fully_connected(y, draw(st.integers(1, 3)), keep_num_dims=True)


def _swapped(_: st.DrawFn, b: RandomModel, y: int) -> int:
    return b.transpose(y, (0, 2, 1))


LAYERS = (_convolved, _convolved, _pooled, _residual, _scaled, _elementwise, _dense, _swapped)
ENDS: tuple[Callable[[RandomModel, int], int], ...] = (
    lambda b, y: b.mean(y, (1,)),
    lambda b, y: b.mean(y, (1,), keep_dims=True),
    lambda b, y: b.mean(y, (0, -2)),
    lambda b, y: b.fully_connected(y, 3),
    lambda b, y: b.relu(y),
)


@st.composite
def clamped_models(draw: st.DrawFn) -> bytes:
    """Chains and branches of operators that clamp, tables, PADs, TRANSPOSEs and views."""
    b = RandomModel(draw(st.integers(0, 1 << 16)))
    x = b.input((1, draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 3))))
    images, outputs = [x], list[int]()
    for _ in range(draw(st.integers(2, 8))):
        source = images[-1] if draw(st.integers(0, 3)) else draw(st.sampled_from(images))
        images.append(draw(st.sampled_from(_LAYERS))(draw, b, source))
        if draw(st.integers(0, 5)) == 0:
            outputs.append(images[-1])
    return b.build([x], [*dict.fromkeys([*outputs, images[-1]])])


def clamp(b: RandomModel, y: int, builtin: str = "RELU") -> int:
    """RELU or RELU6 that keeps the quantization, as converters make them."""
    z = b.tensor(b.shape(y), b.scale(y), b.zero_point(y))
    b.operator(builtin, [y], [z])
    return z


def _clamped(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    if draw(st.booleans()):
        y = b.quantize(y, 0.03, draw(st.sampled_from((-128, 0, 100))))
    return clamp(b, y, draw(st.sampled_from(("RELU", "RELU6", "QUANTIZE"))))


def _table(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    one = b.constant(draw(st.integers(-128, 127)), 0.02, draw(st.integers(-9, 9)))
    layers = (
        b.relu,
        b.relu6,
        lambda z: b.quantize(z, 0.03, 5),
        lambda z: b.add(one, z, "RELU"),
        lambda z: b.mul(z, one),
        lambda z: b.mul(z, z),
        lambda z: _extreme(b, z, "MAXIMUM", one),
        lambda z: _extreme(b, z, "MINIMUM", one),
    )
    return draw(st.sampled_from(layers))(y)


def _extreme(b: RandomModel, y: int, builtin: str, constant: int) -> int:
    """MAXIMUM or MINIMUM with a constant, which gets the quantization of the other operand."""
    b.graph.tensors[constant].quantization = b.graph.tensors[y].quantization
    z = b.tensor(b.shape(y), b.scale(y), b.zero_point(y))
    b.operator(builtin, [y, constant], [z])
    return z


def _window(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    pads = ((0, 0), *((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(2)), (0, 0))
    if draw(st.booleans()):
        y = b.pad(y, pads)
    activation = draw(st.sampled_from(("NONE", "RELU", "RELU6")))
    match draw(st.integers(0, 3)):
        case 0:
            return b.conv_2d(y, draw(st.integers(1, 3)), activation=activation)
        case 1:
            return b.average_pool_2d(y, kernel=(2, 3), padding="SAME", activation=activation)
        case _:
            size = draw(st.integers(1, 3)), draw(st.integers(1, 3))
            return b.max_pool_2d(y, kernel=size, padding="SAME", activation=activation)


def _moved(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    y = b.transpose(y, (0, *draw(st.permutations((1, 2, 3)))))
    if draw(st.booleans()):
        _, height, width, channels = b.shape(y)
        return b.reshape(y, (1, width, height, channels))
    return y


def _twice(draw: st.DrawFn, b: RandomModel, y: int) -> int:
    """The same operator two times, and the sum of both."""
    first = draw(st.sampled_from((b.relu6, lambda z: b.quantize(z, 0.07, 3))))(y)
    second = b.tensor(b.shape(first), b.scale(first), b.zero_point(first))
    again = b.graph.operators[-1]
    b.graph.operators.append(type(again)())
    vars(b.graph.operators[-1]).update({**vars(again), "outputs": [second]})
    return b.add(first, second)


_LAYERS = (_clamped, _clamped, _table, _window, _window, _moved, _twice)
