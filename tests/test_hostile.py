"""Whatever the bytes, `load` gives a graph or a CompileError, soon and within little memory."""

from __future__ import annotations

import random
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from bombs import BOMBS
from edited_model import built
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_builder import ModelBuilder
from random_model import RandomModel
from shared_files import shared_models

from weft.errors import CompileError
from weft.frontend import load

MOST_SECONDS = 5.0
MOST_MEGABYTES = 500


def network(edit: Callable[[ModelBuilder], None] = lambda _: None) -> bytes:
    """A model with most kinds of operators and tensors, edited before it is packed."""
    b = RandomModel(seed=2)
    f = b.tensor((1, 6, 6, 2), dtype="float32")
    x = b.quantize(f, 0.03)
    y = b.add(b.conv_2d(x, 4), b.depthwise_conv_2d(x, 2), activation="RELU")
    y = b.mean(b.average_pool_2d(b.pad(y, ((0, 0), (1, 1), (0, 0), (0, 0)))))
    y = b.softmax(b.fully_connected(b.transpose(b.mul(y, y), (1, 0)), 3))
    y = b.dequantize(b.relu6(b.max_pool_2d(b.reshape(y, (1, 3, 4, 1)))))
    edit(b)
    return b.build([f], [y])


SEEDS = [built(), network(), *(p.read_bytes() for p in shared_models() if p.stat().st_size < 1e5)]
NUMBERS = (0, 1, 2, 4, 0xFF, 0xFFFF, 0x00FFFFFF, 0x10000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Mutation = Callable[[random.Random, bytearray], None]


def flip_bits(rng: random.Random, file: bytearray) -> None:
    """Flip some bits anywhere."""
    for _ in range(rng.choice((1, 2, 8, 64))):
        file[rng.randrange(len(file))] ^= 1 << rng.randrange(8)


def smash_bytes(rng: random.Random, file: bytearray) -> None:
    """Overwrite a run of bytes."""
    start, count = rng.randrange(len(file)), rng.randrange(1, 64)
    run = rng.choice((bytes(count), b"\xff" * count, rng.randbytes(count)))
    file[start : start + count] = run


def smash_words(rng: random.Random, file: bytearray) -> None:
    """Overwrite aligned words, offsets among them, with numbers near the limits."""
    for _ in range(rng.choice((1, 4))):
        at = rng.randrange(len(file) // 4) * 4
        value = rng.choice((*NUMBERS, len(file), len(file) - at, rng.getrandbits(32)))
        file[at : at + 4] = struct.pack("<I", value)


def move_words(rng: random.Random, file: bytearray) -> None:
    """Copy words to other places: offsets then lead to tables of other kinds."""
    for _ in range(rng.choice((1, 4))):
        source, target = (rng.randrange(len(file) // 4) * 4 for _ in range(2))
        file[target : target + 4] = file[source : source + 4]


def redirect(rng: random.Random, file: bytearray) -> None:
    """Let a word lead, as an offset, to where another one leads."""
    words = len(file) // 4
    source, target = (rng.randrange(words) * 4 for _ in range(2))
    goal = source + int(struct.unpack_from("<I", file, source)[0]) - target
    file[target : target + 4] = struct.pack("<I", goal & 0xFFFFFFFF)


def truncate(rng: random.Random, file: bytearray) -> None:
    """Cut the end off."""
    del file[rng.randrange(8, len(file)) :]


def extend(rng: random.Random, file: bytearray) -> None:
    """Insert bytes somewhere, or at the end."""
    at = rng.choice((len(file), rng.randrange(len(file))))
    file[at:at] = rng.randbytes(rng.randrange(1, 200))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    smash_bytes,
    smash_words,
    move_words,
    redirect,
    truncate,
    extend,
)


def survive(file: bytes) -> None:
    """Load, and hold the frontend to its promises."""
    start = time.perf_counter()
    try:
        load(file, "hostile")
        text = ""
    except CompileError as error:
        text = str(error)
    assert text == "" or (text.isprintable() and len(text) < 2000 and "Traceback" not in text)
    assert time.perf_counter() - start < MOST_SECONDS


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.sampled_from(SEEDS),
    mutations=st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=3),
    rng=st.randoms(use_true_random=False),
)
def test_mutated_file(seed: bytes, mutations: list[Mutation], rng: random.Random) -> None:
    """Damaged models, small and published ones."""
    file = bytearray(seed)
    for mutate in mutations:
        if len(file) > 8:
            mutate(rng, file)
    survive(bytes(file))


def odd_tensor(rng: random.Random, b: ModelBuilder) -> None:
    """Give a tensor another shape, type, buffer or quantization."""
    tensor = rng.choice(b.graph.tensors)
    quantization = tensor.quantization or schema.QuantizationParametersT()
    scales = rng.choice((0, 1, 2, 4))
    match rng.randrange(6):
        case 0:
            tensor.shape = rng.choices((1, 2, 3, 4, 6, 1000), k=rng.randrange(7))
        case 1:
            tensor.shape = rng.sample(list(tensor.shape), len(tensor.shape))
        case 2:
            tensor.type = rng.randrange(19)
        case 3:
            tensor.buffer = rng.randrange(len(b.model.buffers))
        case 4:
            tensor.quantization = None
        case _:
            quantization.scale = [rng.choice((1e-30, 0.003, 1.0, 1e30)) for _ in range(scales)]
            quantization.zeroPoint = [rng.randrange(-128, 128) for _ in range(scales)]
            quantization.quantizedDimension = rng.randrange(5)
            tensor.quantization = quantization


def odd_parameter(rng: random.Random, b: ModelBuilder) -> None:
    """Overwrite the constants of an int32 tensor, which may hold axes, sizes or biases."""
    tensors = [t for t in b.graph.tensors if t.type == schema.TensorType.INT32]
    tensor = rng.choice(tensors)
    count = len(b.model.buffers[tensor.buffer].data) // 4
    if rng.randrange(4) == 0:
        count = rng.randrange(1, 9)
        tensor.shape = [count]
    values = rng.choices((-(2**31), -5, -2, -1, 0, 1, 2, 3, 4, 5, 1000, 2**31 - 1), k=count)
    b.model.buffers[tensor.buffer].data = np.array(values, "<i4").view(np.uint8)


def odd_operator(rng: random.Random, b: ModelBuilder) -> None:
    """Give an operator other tensors, another code, or odd options."""
    operator = rng.choice(b.graph.operators)
    tensors = range(-1, len(b.graph.tensors))
    fields = vars(operator.builtinOptions or operator)
    match rng.randrange(6):
        case 0:
            operator.inputs = rng.choices(tensors, k=rng.randrange(5))
        case 1:
            at = rng.randrange(len(operator.inputs) + 1)
            operator.inputs[at : at + 1] = [rng.choice(tensors)]
        case 2:
            operator.inputs = operator.inputs[:-1]
        case 3:
            operator.outputs = rng.choices(tensors, k=rng.randrange(3))
        case 4:
            operator.opcodeIndex = rng.randrange(len(b.model.operatorCodes))
        case _:
            for name in set(fields) - set(vars(operator)):
                if isinstance(fields[name], int) and not isinstance(fields[name], bool):
                    fields[name] = rng.choice((-128, -1, 0, 1, 2, 3, 7, 100, 127))


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(
        st.sampled_from((odd_tensor, odd_parameter, odd_operator)), min_size=1, max_size=2
    ),
    rng=st.randoms(use_true_random=False),
)
def test_odd_model(
    edits: list[Callable[[random.Random, ModelBuilder], None]], rng: random.Random
) -> None:
    """Files in good order whose contents make no sense: the operators' checks must hold."""

    def edit(b: ModelBuilder) -> None:
        for one in edits:
            one(rng, b)

    survive(network(edit))


@given(body=st.binary(max_size=300))
def test_random_file(body: bytes) -> None:
    """Nothing but noise behind a valid identifier."""
    survive(body[:4] + b"TFL3" + body[4:])


def test_every_byte() -> None:
    """Each byte of a small model in turn, set to 0, to 255, and changed by 1 and by 128."""
    file = bytearray(SEEDS[0])
    for i, byte in enumerate(file):
        for value in {0, 255, (byte + 1) % 256, byte ^ 0x80} - {byte}:
            file[i] = value
            survive(bytes(file))
        file[i] = byte


def test_every_length() -> None:
    """A small model cut off everywhere."""
    file = SEEDS[0]
    for length in range(len(file)):
        survive(file[:length])


@pytest.mark.parametrize("bomb", BOMBS)
def test_bomb(bomb: str) -> None:
    """Small files that unfold, each in a process of its own to see its peak of memory."""
    run = subprocess.run(
        [sys.executable, __file__, bomb],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def main(bomb: str) -> None:
    """Load one bomb and assert what it may cost."""
    make, expected = BOMBS[bomb]
    file = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    try:
        outcome = f"{len(load(file, bomb).nodes)} nodes"
    except CompileError as error:
        outcome = str(error)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{bomb}: {len(file)} bytes, {seconds:.2f} s, {megabytes:.0f} MB", outcome[:200])
    assert expected in outcome, outcome[:1000]
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES, before


if __name__ == "__main__":
    main(sys.argv[1])
