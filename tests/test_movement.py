"""Operators that move elements: that they stream, what is refused, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from host_build import HostBuild
from model_builder import ModelBuilder
from moving_model import MovingModel

from weft import driver, emit, verify
from weft.errors import CompileError
from weft.ir import TensorId
from weft.program import Program

HEIGHT, WIDTH, DEPTH = 12, 6, 4


def compiled(model: bytes, *, without: tuple[str, ...] = ()) -> Program:
    """The program with the least memory; its input comes row by row."""
    options = driver.Options("m", optimize="ram", input_rows=True, no_passes=without)
    return driver.compile_model(model, "m.tflite", options)


def judge(model: bytes, program: Program, host: HostBuild) -> None:
    """Run a program and compare every layer with the interpreter."""
    samples = verify.make_samples(program.model, 4)
    reference = verify.find_reference(model, program.model)
    assert "litert" in reference.name
    view = emit.harness_view(program)
    verdict = verify.compare(program, view, samples, host.run(program, samples), reference)
    assert verdict.bit_exact, verdict.first_mismatch


def slots(program: Program, tensor: int) -> int:
    """Rows that are held of one of the model's tensors."""
    number = next(i for i, t in enumerate(program.graph.tensors) if t.origin == tensor)
    return program.band(TensorId(number)).rows


def sliced(b: MovingModel, x: int) -> int:
    return b.moved(x, "SLICE", (1, 7, 3, 2), (0, 3, 1, 2), (1, 7, 3, 2))


def every_third_row(b: MovingModel, x: int) -> int:
    return b.moved(x, "STRIDED_SLICE", (1, 4, 6, 4), (0, 1, 0, 0), (1, 12, 6, 4), (1, 3, 1, 1))


def turned_columns(b: MovingModel, x: int) -> int:
    return b.moved(x, "REVERSE_V2", (1, HEIGHT, WIDTH, DEPTH), (2,))


def transposed_pixels(b: MovingModel, x: int) -> int:
    return b.moved(x, "TRANSPOSE", (1, HEIGHT, DEPTH, WIDTH), (0, 1, 3, 2))


def tiled_channels(b: MovingModel, x: int) -> int:
    return b.moved(x, "TILE", (1, HEIGHT, WIDTH, 3 * DEPTH), (1, 1, 1, 3))


def joined_channels(b: MovingModel, x: int) -> int:
    return b.concatenation([x, x, b.like_constant(x, (1, HEIGHT, WIDTH, 1))], 3)


def joined_columns(b: MovingModel, x: int) -> int:
    return b.concatenation([x, x], 2)


def rows_behind_constant(b: MovingModel, x: int) -> int:
    return b.concatenation([b.like_constant(x, (1, 3, WIDTH, DEPTH)), x], 1)


def one_half(b: MovingModel, x: int) -> int:
    return b.split(x, 2, 3)[1]


def upper_rows(b: MovingModel, x: int) -> int:
    return b.split(x, 3, 1)[0]


STREAMING: tuple[Callable[[MovingModel, int], int], ...] = (
    sliced,
    every_third_row,
    turned_columns,
    transposed_pixels,
    tiled_channels,
    joined_channels,
    joined_columns,
    rows_behind_constant,
    one_half,
    upper_rows,
)


@pytest.mark.parametrize("build", STREAMING, ids=lambda f: f.__name__)
def test_streams(build: Callable[[MovingModel, int], int], host: HostBuild) -> None:
    """A row at a time, in and out: nothing but single rows is held."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    y = b.relu(x)
    z = build(b, y)
    model = b.build([x], [b.mean(b.relu(z))])
    program = compiled(model)
    assert slots(program, y) == slots(program, z) == 1
    judge(model, program, host)


def test_output_streams_from_whole_input(host: HostBuild) -> None:
    """An order of rows that no row of the input has needs all of it, but makes row by row."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    y = b.transpose(x, (0, 2, 1, 3))
    model = b.build([x], [b.mean(b.relu(y))])
    program = compiled(model)
    assert (slots(program, x), slots(program, y)) == (HEIGHT, 1)
    judge(model, program, host)


def test_rows_upside_down(host: HostBuild) -> None:
    """The first row that is made is the last that comes."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    y = b.moved(x, "REVERSE_V2", (1, HEIGHT, WIDTH, DEPTH), (1,))
    model = b.build([x], [b.mean(b.relu(y))])
    program = compiled(model)
    assert (slots(program, x), slots(program, y)) == (HEIGHT, 1)
    assert [len(table) for table in program.row_tables] == [HEIGHT]
    judge(model, program, host)


def test_split_by_rows_in_parts(host: HostBuild) -> None:
    """Each part is made alone, and a part that nobody reads is not made."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    first, second, _ = b.split(x, 3, 1)
    model = b.build([x], [b.mean(b.add(first, second))])
    program = compiled(model)
    assert [n.op for n in program.graph.nodes] == ["slice", "slice", "add", "mean"]
    judge(model, program, host)
    whole = compiled(model, without=("separate_parts",))
    assert whole.graph.nodes[0].op == "split"
    assert whole.arena_bytes > program.arena_bytes
    judge(model, whole, host)


def test_parts_of_rows_at_once() -> None:
    """Parts of the same row are made in one step."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    first, second = b.split(x, 2, 3)
    program = compiled(b.build([x], [b.mean(b.add(first, second))]))
    assert [n.op for n in program.graph.nodes] == ["split", "add", "mean"]
    assert program.layers[0].steps == HEIGHT


def test_model_with_many_outputs(host: HostBuild) -> None:
    """Every output of the model has an accessor, and its rows are compared."""
    b = MovingModel(seed=7)
    x = b.input((1, 4, WIDTH, DEPTH))
    parts = b.split(x, 4, 3)
    model = b.build([x], parts)
    program = driver.compile_model(model, "m.tflite", driver.Options("m"))
    header = emit.render(program)["m.h"]
    assert all(f"m_output_{number}(" in header for number in (1, 2, 3))
    judge(model, program, host)


def model_of(
    builtin: str, shapes: Sequence[Sequence[int]], out: Sequence[Sequence[int]], *more: Any,
    scale: float = 0.5, front: bool = False, **options: Any,
) -> bytes:  # fmt: skip
    """An operator whose outputs have some scale, and whose parameters follow or precede."""
    b = ModelBuilder()
    inputs = [b.tensor(shape, 0.5) for shape in shapes]
    parameters = [b.constant(values, dtype="int32") for values in more]
    outputs = [b.tensor(shape, scale) for shape in out]
    given = [*parameters, *inputs] if front else [*inputs, *parameters]
    b.operator(builtin, given, outputs, **options)
    return b.build(inputs, outputs)


ROWS = [(1, 4, 3, 2)]
REFUSED = {
    "join with another scale": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=1, scale=0.25),
        "the same scale and zero point, or none, but the scales are",
    ),
    "join with activation": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=1,
                 fused_activation_function="RELU"),
        "there is no fused activation, but it is relu",
    ),
    "join of other shapes": (
        model_of("CONCATENATION", [*ROWS, (1, 4, 2, 2)], [(1, 8, 3, 2)], axis=1),
        r'"t1" is \[1, 4, 2, 2\] and the output \[1, 8, 3, 2\]',
    ),
    "join that is too long": (
        model_of("CONCATENATION", ROWS * 2, [(1, 9, 3, 2)], axis=1),
        "they are 8 together and the output 9",
    ),
    "join along no axis": (
        model_of("CONCATENATION", ROWS * 2, [(1, 8, 3, 2)], axis=4),
        'axis 4 is not one of the 4 of "t2"',
    ),
    "pack along the wrong axis": (
        model_of("PACK", [(4, 3)] * 2, [(2, 4, 3)], axis=1, values_count=2),
        r'"t0" is \[4, 3\] and the output \[2, 4, 3\]',
    ),
    "split into other lengths": (
        model_of("SPLIT", ROWS, [(1, 2, 3, 2)] * 3, 1, front=True, num_splits=3),
        "they are 6 together and the input 4",
    ),
    "split along several axes": (
        model_of("SPLIT_V", ROWS, [(1, 2, 3, 2)] * 2, [2, 2], [1, 2], num_splits=2),
        "it has 2 axes, not one",
    ),
    "slice past the end": (
        model_of("SLICE", ROWS, [(1, 3, 3, 2)], (0, 2, 0, 0), (1, 3, 3, 2)),
        "it takes 3 of 4 from 2 on along axis 1",
    ),
    "slice of nothing": (
        model_of("SLICE", ROWS, [(1, 4, 3, 2)], (0, 0, 0, 0), (1, 0, 3, 2)),
        "it takes 0 of 4",
    ),
    "slice of another shape": (
        model_of("SLICE", ROWS, [(1, 3, 3, 2)], (0, 0, 0, 0), (1, 4, 3, 2)),
        r"they are \[1, 4, 3, 2\] and \[1, 3, 3, 2\]",
    ),
    "slice of too few axes": (
        model_of("SLICE", ROWS, ROWS, (0, 0), (1, 4)),
        "it names 2 and 2 axes of 4",
    ),
    "step of nothing": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0,), (4,), (0,)),
        "a step is 0",
    ),
    "index outside": (
        model_of("STRIDED_SLICE", [(4,)], [(1,)], (4,), (5,), (1,), shrink_axis_mask=1),
        "index 4 with step 1 is not in an axis of 4",
    ),
    "two ellipses": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0, 0), (4, 4), (1, 1), ellipsis_mask=3),
        "it has 2 ellipses",
    ),
    "ellipsis of nothing": (
        model_of("STRIDED_SLICE", [(4,)], [(4,)], (0, 0), (4, 4), (1, 1), ellipsis_mask=2),
        "it names 1 axes of 1, and an ellipsis",
    ),
    "relative end outside": (
        model_of("STRIDED_SLICE", [(4,)], [(3,)], (2,), (3,), (1,), offset=True),
        "3 from 2 on leaves an axis of 4",
    ),
    "relative end without axis": (
        model_of("STRIDED_SLICE", [(4, 2)], [(3, 2)], (0,), (3,), (1,), offset=True),
        "its ends are relative, but its ranges are not the axes of the input",
    ),
    "reversed twice nothing": (
        model_of("REVERSE_V2", [(4,)], [(4,)], (1,)),
        'axis 1 is not one of the 1 of "t0"',
    ),
    "tile of another shape": (
        model_of("TILE", [(4, 2)], [(4, 6)], (1, 2)),
        r"it makes \[4, 4\], but the output is \[4, 6\]",
    ),
    "tile of too few axes": (
        model_of("TILE", [(4, 2)], [(4, 4)], (2,)),
        "it has 1 repeats for rank 2",
    ),
    "broadcast of two": (
        model_of("BROADCAST_TO", [(2, 2)], [(2, 4)], (2, 4)),
        r"they are \[2, 2\] and \[2, 4\]",
    ),
    "too many axes": (
        model_of("TILE", [(1, 1, 1, 1, 1, 1, 2)], [(1, 1, 1, 1, 1, 1, 4)], (1, 1, 1, 1, 1, 1, 2)),
        "at most 6 dimensions, but there are 7",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each in one line that names operator, tensor and reason."""
    model, words = REFUSED[name]
    with pytest.raises(CompileError, match=words):
        driver.compile_model(model, "m.tflite", driver.Options())
