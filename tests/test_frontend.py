"""What the frontend refuses, and with which words; what it puts up with."""

from __future__ import annotations

import struct

import pytest
from ai_edge_litert import schema_py_generated as schema
from edited_model import (
    BIAS,
    WEIGHTS,
    Edit,
    X,
    Y,
    add_operator,
    add_tensor,
    built,
    code,
    data,
    graph,
    model,
    operator,
    quant,
    sparse,
    tensor,
    zeros,
)
from model_builder import ModelBuilder

from weft.errors import CompileError
from weft.frontend import load

LOADS = None
PER_CHANNEL = quant(WEIGHTS, scale=[0.1, 0.2, 0.3], zeroPoint=[0, 0, 0])
NO_OPTIONS = operator(builtinOptions=None, builtinOptionsType=0)
BIG = 2**31 - 1
INT4 = schema.TensorType.INT4
INDEX = "but the model has 4 tensors"

CASES: dict[str, tuple[list[Edit], str | None]] = {
    "unchanged": ([], LOADS),
    # the model
    "schema version 2": ([model(version=2)], "of version 2"),
    "no subgraph": ([model(subgraphs=[])], "no subgraph"),
    "another subgraph": (
        [lambda b: b.model.subgraphs.append(schema.SubGraphT())],
        LOADS,
    ),
    "65 subgraphs": (
        [lambda b: b.model.subgraphs.extend([schema.SubGraphT()] * 64)],
        "Model.subgraphs has 65 entries, more than 64",
    ),
    "unused buffers": ([lambda b: b.model.buffers.append(schema.BufferT())], LOADS),
    "metadata": ([lambda b: b.model.__setattr__("metadata", [schema.MetadataT()])], LOADS),
    "signatures": (
        [lambda b: b.model.__setattr__("signatureDefs", [schema.SignatureDefT()])],
        LOADS,
    ),
    "no buffers": ([model(buffers=[])], 'tensor 0 "x": its data is in buffer 0'),
    # operators
    "no operators": ([graph(operators=[])], "the model has no operator"),
    "operator code out of range": ([operator(opcodeIndex=9)], "operator 0: it has operator code 9"),
    "custom operator": (
        [code(32, 32, "Fancy\nOp")],
        'operator 0 (CUSTOM), tensor 3 "y": custom operator "Fancy?Op" is not supported',
    ),
    "control flow": (
        [code(119, 119)],
        'operator 0 (WHILE), tensor 3 "y": not supported; supported: see `weft ops`',
    ),
    "unknown operator": ([code(4000, 127)], "operator 0 (builtin operator 4000)"),
    "placeholder operator": ([code(127, 127)], "not supported"),
    "only the new operator code": ([code(9, 0)], LOADS),
    "only the deprecated operator code": ([code(0, 9)], LOADS),
    "operator version": ([lambda b: b.model.operatorCodes[0].__setattr__("version", 12)], LOADS),
    "no options": ([NO_OPTIONS], LOADS),
    "options of another operator": (
        [operator(builtinOptions=schema.AddOptionsT(), builtinOptionsType=11)],
        "its options are AddOptions, not FullyConnectedOptions",
    ),
    "unknown activation": (
        [lambda b: b.graph.operators[0].builtinOptions.__setattr__("fusedActivationFunction", 77)],
        "operator 0 (FULLY_CONNECTED)",
    ),
    # connections
    "input index out of range": ([operator(inputs=[X, 77, BIAS])], f"input is tensor 77, {INDEX}"),
    "input index -2": ([operator(inputs=[X, WEIGHTS, -2])], f"input is tensor -2, {INDEX}"),
    "output index -1": ([operator(outputs=[-1])], f"output is tensor -1, {INDEX}"),
    "no operator output": (
        [operator(outputs=[])],
        "operator 0 (FULLY_CONNECTED): it has no output",
    ),
    "no operator inputs": ([operator(inputs=[])], "operator 0 (FULLY_CONNECTED)"),
    "bias left out": ([operator(inputs=[X, WEIGHTS, -1])], LOADS),
    "required input left out": (
        [operator(inputs=[-1, WEIGHTS, BIAS])],
        "operator 0 (FULLY_CONNECTED)",
    ),
    "operator writes an input": ([operator(outputs=[X])], "already computed or an input"),
    "operator writes a constant": (
        [operator(outputs=[BIAS])],
        'it writes tensor 2 "bias", which is constant',
    ),
    "operator reads its own output": (
        [operator(inputs=[Y, WEIGHTS, BIAS])],
        'it reads tensor 3 "y" before operator 0 computes it',
    ),
    "same output twice": ([operator(outputs=[Y, Y])], "already computed"),
    "tensor computed twice": ([add_operator([X, WEIGHTS, BIAS], [Y])], "already computed"),
    "wrong order": (
        [add_tensor(1, 3), add_operator([Y, WEIGHTS, BIAS], [4], at=0)],
        'operator 0 (FULLY_CONNECTED), tensor 4 "t4": it reads tensor 3 "y" before operator 1',
    ),
    "input without data": (
        [add_tensor(1, 4), operator(inputs=[4, WEIGHTS, BIAS])],
        'it reads tensor 4 "t4", which has no data and is never computed',
    ),
    "weights without data": ([tensor(WEIGHTS, buffer=0)], '"weights", which has no data'),
    "weights with an empty buffer": ([data(WEIGHTS, data=None)], '"weights", which has no data'),
    "no graph inputs": ([graph(inputs=[])], "the model has no input"),
    "no graph outputs": ([graph(outputs=[])], "the model has no output"),
    "graph input out of range": (
        [graph(inputs=[9])],
        f"an input of the model is tensor 9, {INDEX}",
    ),
    "graph output out of range": ([graph(outputs=[-1])], "an output of the model is tensor -1"),
    "graph input twice": ([graph(inputs=[X, X])], 'tensor 0 "x": the model has this input twice'),
    "graph input constant": ([graph(inputs=[X, BIAS])], "an input of the model is constant"),
    "graph input unused": ([add_tensor(1, 9), graph(inputs=[X, 4])], LOADS),
    "graph output twice": ([graph(outputs=[Y, Y])], "the model has this output twice"),
    "graph output is an input": ([graph(outputs=[Y, X])], LOADS),
    "graph output is constant": ([graph(outputs=[Y, BIAS])], LOADS),
    "graph output is never computed": (
        [add_tensor(1, 4), graph(outputs=[Y, 4])],
        "no operator computes this output",
    ),
    # tensors
    "buffer index out of range": (
        [tensor(WEIGHTS, buffer=99)],
        'tensor 1 "weights": its data is in buffer 99, but the model has 3 buffers',
    ),
    "weights too short": (
        [data(WEIGHTS, data=zeros(5))],
        "5 bytes of data, but its shape needs 12",
    ),
    "weights too long": ([data(WEIGHTS, data=zeros(50))], "50 bytes of data"),
    "data behind the FlatBuffer": (
        [data(WEIGHTS, data=None, offset=10**9, size=12)],
        'tensor 1 "weights": its data lies outside of the FlatBuffer',
    ),
    "inline data and an offset": ([data(WEIGHTS, offset=10**9, size=12)], "outside of the FlatB"),
    "placeholder offset and size": ([data(WEIGHTS, offset=1, size=1)], LOADS),
    "unknown dimension": ([tensor(X, shape=[-1, 4])], "shape [-1, 4] is not fixed and positive"),
    "unknown dimension, only in the signature": ([tensor(X, shapeSignature=[-1, 4])], LOADS),
    "empty dimension": ([tensor(X, shape=[0, 4])], 'tensor 0 "x": shape [0, 4] is not fixed'),
    "huge dimension": ([tensor(X, shape=[BIG, 4])], "needs more than 268435456 bytes"),
    "product beyond 64 bits": ([tensor(X, shape=[65536] * 4)], "needs more than"),
    "rank 9": ([tensor(X, shape=[1] * 9)], "9 dimensions"),
    "string": ([tensor(Y, type=schema.TensorType.STRING)], '"y": type STRING is not supported'),
    "int4": ([tensor(WEIGHTS, type=INT4), data(WEIGHTS, data=zeros(6))], LOADS),
    "int4, a byte for each": (
        [tensor(WEIGHTS, type=INT4)],
        "12 bytes of data, but its shape needs 6",
    ),
    "int4 activation": ([tensor(X, type=INT4)], '"x": type INT4 is supported for constants only'),
    "int4 bias": (
        [tensor(BIAS, type=INT4), data(BIAS, data=zeros(2))],
        "the bias is int32, or int64 for an int16 input, with zero point 0 and one value for each "
        'output channel, but "bias" is int4',
    ),
    "resource": ([tensor(X, type=schema.TensorType.RESOURCE)], "type RESOURCE is not supported"),
    "unknown type": ([tensor(X, type=99)], "type number 99 is not supported"),
    "variable input": (
        [tensor(X, isVariable=True)],
        'tensor 0 "x": a variable tensor is an input or output of the model',
    ),
    "variable output": (
        [tensor(Y, isVariable=True)],
        "a variable tensor is an input or output of the model",
    ),
    "variable weights": ([tensor(WEIGHTS, isVariable=True)], '"weights", a variable tensor'),
    "sparse": ([sparse], 'tensor 1 "weights": sparse tensors are not supported'),
    "unused string": ([add_tensor(0, dtype="string")], LOADS),
    "bias int16": ([tensor(BIAS, type=schema.TensorType.INT16)], '"bias": it has 12 bytes of data'),
    "no name": ([tensor(X, name=None, shape=[0])], 'tensor 0 "tensor_0"'),
    "duplicate names": ([tensor(X, name="y")], LOADS),
    "name in another encoding": ([tensor(X, name=b"a\xff\x1b[0m\n", shape=[0])], '"a\ufffd?[0m?"'),
    # quantization
    "zero point too high": ([quant(X, zeroPoint=[1000])], "zero point 1000 is not in -128 to 127"),
    "zero point too low": ([quant(Y, zeroPoint=[-200])], "zero point -200"),
    "zero point of 64 bits": ([quant(Y, zeroPoint=[2**40])], "zero point 1099511627776"),
    "scale 0": ([quant(X, scale=[0.0])], 'tensor 0 "x": scale 0 is not a positive normal number'),
    "scale negative": ([quant(X, scale=[-0.1])], "scale -0.1"),
    "scale NaN": ([quant(X, scale=[float("nan")])], "scale nan"),
    "scale infinite": ([quant(X, scale=[float("inf")])], "scale inf"),
    "scale denormal": ([quant(Y, scale=[1e-40])], "is not a positive normal number"),
    "no zero points": ([quant(X, zeroPoint=None)], "it has 1 scales, but 0 zero points"),
    "two zero points": ([quant(X, zeroPoint=[0, 0])], "it has 1 scales, but 2 zero points"),
    "per channel": ([PER_CHANNEL, operator(inputs=[X, WEIGHTS, -1])], LOADS),
    "one zero point for all channels": (
        [PER_CHANNEL, quant(WEIGHTS, zeroPoint=[0])],
        "3 scales, b",
    ),
    "per channel on an activation": (
        [quant(X, scale=[0.1] * 4, zeroPoint=[0] * 4, quantizedDimension=1)],
        'tensor 0 "x": it has 4 scales, but is no constant',
    ),
    "wrong number of channels": (
        [quant(WEIGHTS, scale=[0.1, 0.2], zeroPoint=[0, 0])],
        "it has 2 scales, but dimension 0 of shape [3, 4] has 3 entries",
    ),
    "quantized dimension out of range": (
        [PER_CHANNEL, quant(WEIGHTS, quantizedDimension=2)],
        "its quantized dimension 2 is not in shape [3, 4]",
    ),
    "quantized dimension of one scale": ([quant(BIAS, quantizedDimension=3)], LOADS),
    "weights without quantization": ([tensor(WEIGHTS, quantization=None)], "not quantized"),
    "input without quantization": ([tensor(X, quantization=None)], "not quantized"),
    "custom quantization": (
        [quant(X, detailsType=1, details=schema.CustomQuantizationT())],
        "custom quantization is not supported",
    ),
    "weights of another shape": (
        [tensor(WEIGHTS, shape=[3, 5]), data(WEIGHTS, data=zeros(15))],
        "operator 0 (FULLY_CONNECTED)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_edited_model(case: str) -> None:
    """Each broken or odd model is refused in the expected words, or loads."""
    edits, expected = CASES[case]
    check(built(*edits), expected)


def check(file: bytes, expected: str | None) -> None:
    """The file loads if nothing is expected; else the one line of the error has that text."""
    if expected is LOADS:
        assert load(file, "model").nodes
        return
    with pytest.raises(CompileError) as caught:
        load(file, "model")
    assert expected in str(caught.value)
    assert str(caught.value).isprintable()


def smash(file: bytes, at: int, value: bytes) -> bytes:
    """Overwrite some bytes."""
    return file[:at] + value + file[at + len(value) :]


GOOD = built()
FILES: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", "no TFL3 identifier"),
    "8 bytes": (GOOD[:8], "damaged file"),
    "half": (GOOD[: len(GOOD) // 2], "damaged file"),
    "another identifier": (smash(GOOD, 4, b"ONNX"), "not a TensorFlow Lite model"),
    "root outside": (smash(GOOD, 0, b"\xff\xff\xff\xff"), "damaged file, Model lies outside"),
    "root 0": (smash(GOOD, 0, bytes(4)), "damaged file, Model lies outside"),
    "text": (b"once upon a time", "no TFL3 identifier"),
    "bytes behind the end": (GOOD + bytes(100), LOADS),
}


@pytest.mark.parametrize("case", FILES)
def test_broken_file(case: str) -> None:
    """Files that are no FlatBuffer are refused."""
    check(*FILES[case])


def test_huge_file() -> None:
    """A file beyond the limit is refused before it is looked at."""
    check(GOOD + bytes(1 << 26), "more than 67108864")


def test_external_buffer() -> None:
    """A tensor whose data is in another file is refused; the field is newer than the builder."""
    file = built(tensor(WEIGHTS, variantTensors=[schema.VariantSubTypeT()], hasRank=True))
    names = {"weights": 1}
    table = _table_of(file, names["weights"])
    virtual = table - struct.unpack_from("<i", file, table)[0]
    length, size = struct.unpack_from("<HH", file, virtual)
    assert length == 4 + 2 * 10  # variant_tensors, slot 9, is the last
    entries = file[virtual + 4 : virtual + length]
    has_rank = table + struct.unpack_from("<H", entries, 2 * 8)[0]
    longer = struct.pack("<HH", length + 2, size) + entries
    moved = bytearray(file + longer + entries[2 * 2 : 2 * 2 + 2])  # external_buffer = buffer
    struct.pack_into("<i", moved, table, table - len(file))
    assert moved[has_rank] == 1
    check(bytes(moved), 'tensor 1 "weights": its data lies outside of the FlatBuffer')


def _table_of(file: bytes, index: int) -> int:
    """Where a tensor's table is."""
    packed = schema.Model.GetRootAs(file, 0).Subgraphs(0).Tensors(index)
    return int(packed._tab.Pos)


def test_float_operator() -> None:
    """An operator on floats is named, with what to do about it."""
    b = ModelBuilder()
    x, y = b.tensor((1, 4), dtype="float32"), b.tensor((1, 4), dtype="float32")
    b.operator("ADD", [x, x], [y], fused_activation_function="NONE")
    with pytest.raises(CompileError, match=r"^operator 0 \(ADD\).*float32.*full integer quant"):
        load(b.build([x], [y]), "m")
