"""Train a small int8 CNN on scikit-learn's handwritten digits and write the example's files.

Needs the packages of requirements.txt beside this file, in an environment of its own; nothing
else in the repository does. Knows nothing of weft.

Writes, next to itself or to --out: digits.tflite, labels.txt and test_digits.npz.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20
EPOCHS = 60
BATCH = 32
SAMPLES = 20  # held-out digits that travel with the model

Array = np.ndarray[Any, Any]


def split() -> tuple[Array, Array, Array, Array]:
    """Training and held-out images (n, 8, 8, 1) of 0..16 uint8, then their labels 0..9."""
    digits = load_digits()
    images = digits.images.astype(np.uint8)[..., np.newaxis]
    train_x, test_x, train_y, test_y = train_test_split(
        images, digits.target, test_size=0.2, stratify=digits.target, random_state=SEED
    )
    return train_x, test_x, train_y, test_y


def pixels(images: Array) -> Array:
    """0..16 ink as the float 0..1 that the network takes."""
    return images.astype(np.float32) / np.float32(16)


def shifted(images: Array) -> Array:
    """Copies of the images moved by one pixel up, down, left and right, and the originals."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    offsets = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]
    return np.concatenate([padded[:, y : y + 8, x : x + 8] for y, x in offsets])


def conv(x: Any, channels: int, size: int) -> Any:
    """Convolution, batch normalization (folded by the converter) and ReLU6."""
    x = layers.Conv2D(channels, size, padding="same", use_bias=False)(x)
    return layers.ReLU(6.0)(layers.BatchNormalization()(x))


def depthwise(x: Any, stride: int = 1) -> Any:
    """One 3x3 filter for each channel, with batch normalization and ReLU6."""
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU(6.0)(layers.BatchNormalization()(x))


def network() -> keras.Model:
    """8x8x1 image to ten probabilities: separable convolutions around one residual block."""
    image = keras.Input((8, 8, 1), name="image")
    x = conv(image, 16, 3)
    x = conv(depthwise(x), 32, 1)
    x = layers.Add()([x, conv(depthwise(x), 32, 1)])
    x = conv(depthwise(x, stride=2), 48, 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax", name="scores")(x))


def train(images: Array, labels: Array) -> keras.Model:
    """The trained float network. No early stopping: the held-out digits decide nothing."""
    x, y = shifted(pixels(images)), np.tile(labels, 5)
    model = network()
    steps = EPOCHS * -(-len(x) // BATCH)
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    return model


def convert(model: keras.Model, calibration: Array) -> bytes:
    """Post-training quantization to int8, inputs and outputs included."""

    def representative() -> Iterator[list[Array]]:
        for image in pixels(calibration):
            yield [image[np.newaxis]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def quantized(images: Array, model: bytes) -> Array:
    """Images of 0..16 as the model's int8 input."""
    (detail,) = Interpreter(model_content=model).get_input_details()
    scale, zero_point = detail["quantization"]
    return np.clip(np.rint(pixels(images) / scale) + zero_point, -128, 127).astype(np.int8)


def infer(model: bytes, inputs: Array) -> Array:
    """The reference interpreter's int8 scores (n, 10) for int8 inputs (n, 8, 8, 1)."""
    interpreter = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    (source,), (result,) = interpreter.get_input_details(), interpreter.get_output_details()
    scores = []
    for image in inputs:
        interpreter.set_tensor(source["index"], image[np.newaxis])
        interpreter.invoke()
        scores.append(interpreter.get_tensor(result["index"])[0])
    return np.stack(scores)


def main() -> None:
    """Train, convert, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out: Path = parser.parse_args().out
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    train_x, test_x, train_y, test_y = split()
    model = train(train_x, train_y)
    float_right = np.argmax(model.predict(pixels(test_x), verbose=0), axis=1) == test_y

    content = convert(model, train_x)
    inputs = quantized(test_x, content)
    scores = infer(content, inputs)
    right = np.argmax(scores, axis=1) == test_y
    print(f"float accuracy {np.mean(float_right):.4f}, int8 accuracy {np.mean(right):.4f}")
    print(f"{np.sum(right)} of {len(right)} held-out digits, {len(content)} bytes")

    (out / "digits.tflite").write_bytes(content)
    (out / "labels.txt").write_text("".join(f"{digit}\n" for digit in range(10)))
    np.savez(
        out / "test_digits.npz",
        images=inputs[:SAMPLES],
        pixels=test_x[:SAMPLES],
        labels=test_y[:SAMPLES].astype(np.uint8),
        scores=scores[:SAMPLES],
    )


if __name__ == "__main__":
    main()
