"""Random graphs of a few layers: chains, branches, residual sums, several outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from moving_model import MovingModel

_MOST_ELEMENTS = 600  # of an activation


@st.composite
def graphs(draw: Any, joined: bool = False) -> bytes:
    """A model of 2 to 8 layers whose operators fit together; with `joined` branches among them."""
    b = MovingModel(seed=draw(st.integers(0, 2**16)))
    channels = draw(st.integers(1, 5))
    width = draw(st.integers(1, 3) if joined and draw(st.booleans()) else st.integers(3, 10))
    x = b.input((1, draw(st.integers(3, 12)), width, channels))
    images = [x]
    if joined:
        images.append(b.relu(x))
        images.append(_branches(draw, b, images[-1], images))
        if draw(st.booleans()):
            images.append(b.conv_2d(images[-1], draw(st.integers(1, 4))))
    for _ in range(draw(st.integers(1, 3) if joined else st.integers(2, 8))):
        source = draw(st.sampled_from([images[-1], images[-1], *images]))
        images.append(_layer(draw, b, source, images))
    outputs = [images[-1]]
    if draw(st.booleans()):
        outputs = [_tail(draw, b, images[-1])]
    if joined and draw(st.booleans()):
        outputs.append(_heads(draw, b, images[-1]))
    read = {i for op in b.graph.operators for i in op.inputs}
    unread = [t for t in images[1:] if t not in read and t not in outputs]
    if draw(st.booleans()) and len(images) > 2:
        unread += [t for t in [draw(st.sampled_from(images[1:]))] if t not in unread + outputs]
    return b.build([x], outputs + unread)


def _layer(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """One more layer on an image; its output is an image again."""
    _, height, width, channels = b.shape(x)
    equal = [t for t in images if b.shape(t) == b.shape(x)]
    windows = ("conv", "depthwise", "pool", "up")
    kinds = (*windows, "pad", "mirror", "resize", "add", "relu", "transpose", "slopes", "gate")
    kind = draw(st.sampled_from((*kinds, *_MOVES)))
    if kind in _MOVES:
        return _MOVES[kind](draw, b, x, images)
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = draw(st.sampled_from(("SAME", "VALID")))
    if size[0] > height or size[1] > width:
        padding = "SAME"
    stride = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    activation = draw(st.sampled_from(("NONE", "RELU", "RELU6")))
    if kind == "conv":
        dilation = (2, 1) if padding == "SAME" and draw(st.booleans()) else (1, 1)
        made = draw(st.integers(1, 6))
        return b.conv_2d(x, made, size, stride, dilation, padding=padding, activation=activation)
    if kind == "depthwise":
        return b.depthwise_conv_2d(x, 1, size, stride, padding=padding, activation=activation)
    if kind == "pool":
        pool = draw(st.sampled_from((b.max_pool_2d, b.average_pool_2d)))
        return pool(x, kernel=size, stride=stride, padding=padding)
    if kind == "pad" and height * width * channels < _MOST_ELEMENTS:
        side = st.integers(0, 2)
        return b.pad(x, ((0, 0), (draw(side), draw(side)), (draw(side), draw(side)), (0, 0)))
    if kind == "mirror" and height * width * channels < _MOST_ELEMENTS:
        return _mirror_pad(draw, b, x)
    if kind == "resize":
        return _resize(draw, b, x)
    if kind == "up" and height * width * channels * 4 < _MOST_ELEMENTS:
        return b.transpose_conv(x, draw(st.integers(1, 4)), size, stride, activation)
    if kind == "transpose":
        return b.transpose(x, (0, 2, 1, 3))
    if kind == "add":
        other, builtin = draw(st.sampled_from(equal)), draw(st.sampled_from(("ADD", "SUB")))
        return b.add(x, other, activation, builtin)
    if kind == "slopes":
        return b.prelu(x, draw(st.sampled_from(equal)))
    if kind == "gate":
        return b.mul(x, b.mean(x, (1, 2), keep_dims=True))
    return b.relu(x)


def _mirror_pad(draw: Any, b: MovingModel, x: int) -> int:
    """Rows and columns that come again in reverse order."""
    mode = draw(st.sampled_from(("REFLECT", "SYMMETRIC")))
    most = [min(n - (mode == "REFLECT"), 3) for n in b.shape(x)[1:3]]
    pads = [(draw(st.integers(0, n)), draw(st.integers(0, n))) for n in most]
    return b.pad(x, ((0, 0), *pads, (0, 0)), "MIRROR_PAD", mode=mode)


def _resize(draw: Any, b: MovingModel, x: int) -> int:
    """Larger or smaller."""
    _, height, width, channels = b.shape(x)
    most = max(1, _MOST_ELEMENTS // (channels * width))
    size = draw(st.integers(1, min(2 * height + 1, most))), draw(st.integers(1, width + 1))
    kind = draw(st.sampled_from(("NEAREST_NEIGHBOR", "BILINEAR")))
    corners, centers = draw(st.sampled_from(((False, False), (True, False), (False, True))))
    return b.resize(x, size, kind, align_corners=corners, half_pixel_centers=centers)


def _join(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """An image and another one, or a constant, side by side along an axis, in any order."""
    axis = draw(st.sampled_from((1, 2, 3)))
    shape = b.shape(x)
    if np.prod(shape) > _MOST_ELEMENTS:
        return b.relu(x)
    others = [t for t in images if _differ_along(b.shape(t), shape, axis)]
    other = draw(st.sampled_from(others)) if draw(st.booleans()) else None
    if other is None:
        other = b.like_constant(x, (*shape[:axis], 2, *shape[axis + 1 :]))
    elif (b.scale(other), b.zero_point(other)) != (b.scale(x), b.zero_point(x)):
        other = b.quantize(other, b.scale(x), b.zero_point(x))
    parts = draw(st.sampled_from(([x, other], [other, x], [x, other, x])))
    return b.concatenation(parts, axis)


def _branches(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """Layers on one image, side by side along an axis: what they make is read by nobody else."""
    axis = draw(st.sampled_from((1, 2, 3)))
    if np.prod(b.shape(x)) > _MOST_ELEMENTS:
        return b.relu(x)
    count = draw(st.integers(2, 3))
    parts = [_branch(draw, b, x, axis) for _ in range(count)]
    return b.concatenation(parts, axis)


def _heads(draw: Any, b: MovingModel, x: int) -> int:
    """Pixels, or all elements, of layers on one image one behind the other, as detectors have."""
    flat = draw(st.booleans())
    parts = []
    for _ in range(draw(st.integers(2, 3))):
        stride = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
        y = b.requantized(b.conv_2d(x, draw(st.integers(1, 3)) if flat else 3, (2, 2), stride), x)
        elements = int(np.prod(b.shape(y)))
        parts.append(b.reshape(y, (1, elements) if flat else (1, elements // 3, 3)))
    joined = b.concatenation(parts, 1)
    return b.fully_connected(joined, 3) if flat and draw(st.booleans()) else joined


def _branch(draw: Any, b: MovingModel, x: int, axis: int) -> int:
    """An image that differs from x along the axis only, with the same quantization."""
    shape = b.shape(x)
    kind = draw(st.sampled_from(("conv", "pool", "depthwise", "table", "sum", "same")))
    size = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    shorter = draw(st.integers(1, 2)), 1
    stride = (1, 1) if axis == 3 else shorter if axis == 1 else shorter[::-1]
    if kind == "conv":
        channels = draw(st.integers(1, 5)) if axis == 3 else shape[3]
        y = b.conv_2d(x, channels, size, stride, activation=draw(st.sampled_from(("NONE", "RELU"))))
    elif kind == "pool":
        pool = draw(st.sampled_from((b.max_pool_2d, b.average_pool_2d)))
        y = pool(x, kernel=size, stride=stride, padding="SAME")
    elif kind == "depthwise":
        y = b.depthwise_conv_2d(x, 1, size, stride)
    elif kind == "same":
        return x
    else:
        y = b.relu(x) if kind == "table" else b.add(x, x)
    return b.requantized(y, x)


def _differ_along(a: Sequence[int], b: Sequence[int], axis: int) -> bool:
    return all(m == n or i == axis for i, (m, n) in enumerate(zip(a, b, strict=True)))


def _cut(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """Halves or thirds, all of which may be read later on."""
    axis = draw(st.sampled_from((1, 2, 3)))
    parts = [n for n in (2, 3) if b.shape(x)[axis] % n == 0]
    if not parts:
        return b.relu(x)
    made = b.split(x, draw(st.sampled_from(parts)), axis)
    last = made.pop(draw(st.integers(0, len(made) - 1)))
    images += made
    return last


def _slice(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """Rows, columns and channels at any distance, in any direction."""
    begin, end, step = [0], [1], [1]
    for size in b.shape(x)[1:]:
        first = draw(st.integers(0, size - 1))
        stride = draw(st.sampled_from((1, 1, 2, 3)))
        last = draw(st.integers(first, size - 1))
        begin.append(first)
        end.append(last + 1)
        step.append(stride)
    return b.strided_slice(x, begin, end, step)


def _turn(draw: Any, b: MovingModel, x: int, images: list[int]) -> int:
    """The last row, column or channel comes first."""
    return b.moved(x, "REVERSE_V2", b.shape(x), [draw(st.sampled_from((1, 2, 3)))])


_MOVES: dict[str, Callable[[Any, MovingModel, int, list[int]], int]] = {
    "join": _join,
    "branches": _branches,
    "cut": _cut,
    "slice": _slice,
    "turn": _turn,
}


def _tail(draw: Any, b: MovingModel, x: int) -> int:
    """A classifier, or an image with its channels first."""
    kind = draw(st.sampled_from(("dense", "mean", "softmax", "planes", "dense planes")))
    if kind == "mean":
        return b.mean(x)
    if "planes" in kind:
        x = b.transpose(x, (0, 3, 1, 2))
    if kind == "planes":
        return x
    shape = b.shape(x)
    flat = b.reshape(x, (1, shape[1] * shape[2] * shape[3]))
    logits = b.fully_connected(flat, 4)
    return b.softmax(logits) if kind == "softmax" else logits
