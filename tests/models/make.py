"""Write the whole-model tests' .tflite files: architectures that users bring, small and untrained.

Needs the packages of requirements.txt beside this file, in an environment of its own; nothing
else in the repository does. Knows nothing of weft.

    python tests/models/make.py [NAME ...] [--out FOLDER]

Weights are random (seeded) and the calibration data is smooth noise: what counts is what the
converter makes of each architecture. The converter's output depends on its version, so the files
are committed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_quantizer import qtyping, quantizer
from keras import layers

SEED = 7
CALIBRATION = 24  # samples

Array = np.ndarray[Any, Any]


def conv(x: Any, channels: int, size: int = 3, stride: int = 1) -> Any:
    """Convolution, batch normalization and ReLU6."""
    x = layers.Conv2D(channels, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU(6.0)(layers.BatchNormalization()(x))


def unet() -> keras.Model:
    """Segmentation: two levels down, two up by transposed convolutions, concatenated skips."""
    image = keras.Input((24, 32, 1))
    first = conv(image, 8)
    second = conv(layers.MaxPooling2D()(first), 16)
    x = conv(layers.MaxPooling2D()(second), 24)
    for skip, channels in ((second, 16), (first, 8)):
        x = layers.Conv2DTranspose(channels, 3, 2, padding="same", activation="relu")(x)
        x = conv(layers.Concatenate()([x, skip]), channels)
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid")(x))


def activity() -> keras.Model:
    """Human activity from accelerometer and gyroscope: strided one-dimensional convolutions."""
    window = keras.Input((128, 6))
    x = layers.Conv1D(12, 5, 2, padding="same", activation="relu")(window)
    x = layers.MaxPooling1D(2)(layers.Conv1D(16, 3, activation="relu")(x))
    x = layers.SeparableConv1D(24, 3, padding="same", activation="relu")(x)
    x = layers.Dense(16, activation="relu")(layers.Flatten()(x))
    return keras.Model(window, layers.Dense(6, activation="softmax")(x))


def tcn() -> keras.Model:
    """Temporal convolutional network: causal, dilated, with residual sums."""
    x = window = keras.Input((64, 4))
    x = layers.Conv1D(12, 1)(x)
    for dilation in (1, 2, 4, 8):
        y = layers.Conv1D(12, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
        x = layers.Add()([x, layers.Conv1D(12, 1)(y)])
    x = layers.GlobalAveragePooling1D()(layers.ReLU()(x))
    return keras.Model(window, layers.Dense(3, activation="softmax")(x))


def squeeze_excite() -> keras.Model:
    """Two MobileNetV3 blocks: hard swish, squeeze and excite, a 5x5 depthwise convolution."""
    image = keras.Input((24, 24, 3))
    x = layers.Conv2D(8, 3, 2, padding="same", activation="hard_swish")(image)
    for size, stride, channels in ((3, 1, 8), (5, 2, 12)):
        y = layers.Conv2D(24, 1, activation="hard_swish")(x)
        y = layers.DepthwiseConv2D(size, stride, padding="same", activation="hard_swish")(y)
        gate = layers.GlobalAveragePooling2D(keepdims=True)(y)
        gate = layers.Conv2D(8, 1, activation="relu")(gate)
        gate = layers.Conv2D(24, 1, activation="hard_sigmoid")(gate)
        y = layers.Conv2D(channels, 1)(layers.Multiply()([y, gate]))
        x = layers.Add()([x, y]) if stride == 1 else y
    x = layers.Conv2D(24, 1, activation="hard_swish")(x)
    x = layers.Dense(5)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Softmax()(x))


def fomo() -> keras.Model:
    """Object centroids: MobileNetV2 0.35 cut at an eighth of the image, and a 1x1 head."""
    backbone = keras.applications.MobileNetV2((96, 96, 3), 0.35, include_top=False, weights=None)
    x = backbone.get_layer("block_6_expand_relu").output
    x = layers.Conv2D(32, 1, activation="relu")(x)
    return keras.Model(backbone.input, layers.Softmax()(layers.Conv2D(3, 1)(x)))


def wide() -> keras.Model:
    """A small classifier for int16 activations."""
    image = keras.Input((16, 12, 2))
    x = conv(image, 8, stride=2)
    x = layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    y = conv(x, 8, 1)
    x = layers.AveragePooling2D(2)(layers.Add()([x, y]))
    x = layers.Dense(12, activation="tanh")(layers.Flatten()(x))
    return keras.Model(image, layers.Softmax()(layers.Dense(4)(x)))


def narrow() -> keras.Model:
    """A small classifier for int4 weights."""
    image = keras.Input((16, 16, 1))
    x = layers.Conv2D(9, 3, 2, padding="same", activation="relu")(image)
    x = layers.Conv2D(15, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(layers.Conv2D(12, 1, activation="relu")(x))
    x = layers.Dense(10, activation="relu")(layers.Reshape((192,))(x))
    return keras.Model(image, layers.Softmax()(layers.Dense(3)(x)))


class Streaming(tf.Module):  # type: ignore[misc]
    """Keyword spotting that hears two frames at a time and keeps what it needs of earlier ones."""

    def __init__(self) -> None:
        rng = np.random.default_rng(SEED)
        self.frames = tf.Variable(tf.zeros((1, 6, 1, 4)), trainable=False)
        self.features = tf.Variable(tf.zeros((1, 3, 1, 8)), trainable=False)
        self.weights = [
            tf.constant(rng.normal(0, 0.4, shape), tf.float32)
            for shape in ((7, 1, 4, 8), (5, 1, 8, 12), (12, 3))
        ]

    @tf.function(input_signature=[tf.TensorSpec((1, 2, 1, 4), tf.float32, name="frames")])
    def __call__(self, frames: Any) -> dict[str, Any]:
        heard = tf.concat([self.frames, frames], 1)
        self.frames.assign(heard[:, 2:])
        features = tf.nn.relu(tf.nn.conv2d(heard, self.weights[0], 1, "VALID"))
        known = tf.concat([self.features, features], 1)
        self.features.assign(known[:, 2:])
        x = tf.nn.relu(tf.nn.conv2d(known, self.weights[1], 1, "VALID"))
        return {"scores": tf.nn.softmax(tf.reshape(x, (1, 12)) @ self.weights[2])}


NETWORKS: dict[str, Callable[[], keras.Model]] = {
    "activity": activity,
    "fomo": fomo,
    "narrow_int4": narrow,
    "squeeze_excite": squeeze_excite,
    "tcn": tcn,
    "unet": unet,
    "wide_int16x8": wide,
}


def smooth_noise(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """A sample in [-1, 1]: noise that changes slowly along the first axis."""
    steps = rng.normal(0, 1, shape)
    values = np.cumsum(steps, axis=0) / np.sqrt(np.arange(1, shape[0] + 1)).reshape(
        -1, *[1] * (len(shape) - 1)
    )
    return np.tanh(values).astype(np.float32)


def settle(model: keras.Model, rng: np.random.Generator) -> None:
    """Give batch normalizations and biases values that a trained network might have."""
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = (w.shape for w in layer.get_weights())
            layer.set_weights(
                [
                    rng.uniform(0.5, 1.5, gamma),
                    rng.normal(0, 0.5, beta),
                    rng.normal(0, 0.1, mean),
                    rng.uniform(0.2, 1.0, variance),
                ]
            )


def calibration(shape: tuple[int, ...]) -> Iterator[Array]:
    """Inputs of a shape (without the batch) to measure ranges with."""
    rng = np.random.default_rng(SEED)
    for _ in range(CALIBRATION):
        yield smooth_noise(shape, rng)[np.newaxis]


def quantized(floats: bytes, shape: tuple[int, ...], *, int4: bool = False) -> bytes:
    """A float model with int8 activations, and with int8 or int4 weights, a scale a channel."""
    names = qtyping.TFLOperationName
    tool = quantizer.Quantizer(bytearray(floats))
    tool.add_static_config(".*", names.ALL_SUPPORTED, activation_num_bits=8, weight_num_bits=8)
    for operator in (names.CONV_2D, names.FULLY_CONNECTED) if int4 else ():
        tool.add_static_config(".*", operator, activation_num_bits=8, weight_num_bits=4)
    return bytes(tool.quantize(ranges(floats, shape)).quantized_model)


def ranges(floats: bytes, shape: tuple[int, ...]) -> dict[str, dict[str, Array]]:
    """Least and greatest value of each tensor: the quantizer's own calibration reads variables'
    handles, too, and fails on what it finds there."""
    found: dict[str, dict[str, Array]] = {}
    runner = tf.lite.Interpreter(
        model_content=floats,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    runner.allocate_tensors()
    (port,) = runner.get_input_details()
    tensors = [d for d in runner.get_tensor_details() if d["dtype"] == np.float32 and d["name"]]
    for sample in calibration(shape):
        runner.set_tensor(port["index"], sample)
        runner.invoke()
        for tensor in tensors:
            values = runner.get_tensor(tensor["index"])
            known = found.setdefault(tensor["name"], {"min": values, "max": values})
            axes = tuple(range(values.ndim))
            known["min"] = np.minimum(known["min"].min(axes, keepdims=True), values.min(axes))
            known["max"] = np.maximum(known["max"].max(axes, keepdims=True), values.max(axes))
    return found


def to_int4(model: keras.Model) -> bytes:
    """A Keras model with int8 activations and int4 weights."""
    folder = tempfile.mkdtemp()
    model.export(folder, verbose=False)
    floats = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    return quantized(floats, tuple(model.input_shape[1:]), int4=True)


def streaming() -> bytes:
    """The streaming network, with its variables."""
    module = Streaming()
    functions = [module.__call__.get_concrete_function()]
    converter = tf.lite.TFLiteConverter.from_concrete_functions(functions, module)
    return quantized(converter.convert(), (2, 1, 4))


def converted(model: keras.Model, *, int16: bool) -> bytes:
    """Post-training quantization to int8, or to int16 activations with int8 weights."""

    def representative() -> Iterator[list[Array]]:
        for sample in calibration(tuple(model.input_shape[1:])):
            yield [sample]

    sets = tf.lite.OpsSet
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [
        sets.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        if int16
        else sets.TFLITE_BUILTINS_INT8
    ]
    converter.inference_input_type = tf.int16 if int16 else tf.int8
    converter.inference_output_type = tf.int16 if int16 else tf.int8
    return bytes(converter.convert())


def made(name: str) -> bytes:
    """One of the Keras networks, quantized."""
    keras.utils.clear_session()  # names count layers
    keras.utils.set_random_seed(SEED)
    model = NETWORKS[name]()
    settle(model, np.random.default_rng(SEED))
    return to_int4(model) if name.endswith("int4") else converted(model, int16="int16" in name)


def main() -> None:
    """Write the models that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=", ".join(("streaming", *NETWORKS))
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    for name in given.names or ("streaming", *NETWORKS):
        data = streaming() if name == "streaming" else made(name)
        (given.out / f"{name}.tflite").write_bytes(data)
        print(f"{name}.tflite: {len(data)} bytes")


if __name__ == "__main__":
    main()
