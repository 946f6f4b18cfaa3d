"""Two tiny models of our own, always the same bytes, that show most of what is generated."""

from __future__ import annotations

from random_model import RandomModel


def chain() -> bytes:
    """An int8 classifier: convolution, depthwise, pool, reshape, dense, softmax."""
    b = RandomModel(seed=11)
    x = b.input((1, 8, 6, 2), scale=0.05, zero_point=-7)
    y = b.conv_2d(x, 4, stride=(2, 2), activation="RELU")
    y = b.depthwise_conv_2d(y, activation="RELU6")
    y = b.average_pool_2d(y, kernel=(2, 3), stride=(2, 3))
    y = b.softmax(b.fully_connected(b.reshape(y, (1, 8)), 3))
    return b.build([x], [y])


def residual() -> bytes:
    """Float in, two outputs, a residual sum, a pad: branches and several types."""
    b = RandomModel(seed=12)
    f = b.tensor((1, 5, 5, 3), dtype="float32", name="image")
    x = b.quantize(f, 0.03, -1)
    y = b.conv_2d(b.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), 3, padding="VALID")
    y = b.add(x, y, activation="RELU")
    mean = b.mean(y)
    return b.build([f], [b.dequantize(mean), b.max_pool_2d(y)])


OWN_MODELS = {"chain": chain, "residual": residual}
