"""Operators that move elements: that they stream, and what they cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from host_build import HostBuild
from moving_model import MovingModel

from weft import driver, emit, verify
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


def test_a_step_waits_for_what_it_reads_only() -> None:
    """What reads a join along rows begins before the second part is made."""
    b = MovingModel(seed=4)
    x = b.input((1, 8, 4, 3))
    pools = [b.max_pool_2d(x, kernel=(n, 1), stride=(1, 1)) for n in (1, 2)]
    y = b.max_pool_2d(b.concatenation(pools, 1), kernel=(2, 2), stride=(1, 1))
    model = b.build([x], [y])
    program = driver.compile_model(model, "m.tflite", driver.Options("m", optimize="ram"))
    assert [c.node.op for c in program.calls] == ["max_pool_2d"] * 3
    weave = list(program.plan.weave)
    assert weave.index(2) < weave.index(1)


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
    program = compiled(model, without=("transposes",))  # which would put the second RELU first
    assert slots(program, y) == slots(program, z) == 1
    judge(model, program, host)


def test_output_streams_from_whole_input(host: HostBuild) -> None:
    """An order of rows that no row of the input has needs all of it, but makes row by row."""
    b = MovingModel(seed=7)
    x = b.input((1, HEIGHT, WIDTH, DEPTH))
    y = b.transpose(x, (0, 2, 1, 3))
    model = b.build([x], [b.mean(b.relu(y))])
    program = compiled(model, without=("transposes",))  # which would put RELU first
    assert (slots(program, x), slots(program, y)) == (HEIGHT, 1)
    judge(model, program, host)


def planes(b: MovingModel, x: int) -> int:
    return b.transpose(x, (0, 3, 1, 2))


def columns_of_planes(b: MovingModel, x: int) -> int:
    return b.transpose(x, (0, 3, 2, 1))


def flat_planes(b: MovingModel, x: int) -> int:
    return b.reshape(planes(b, x), (1, HEIGHT * WIDTH * DEPTH))


def dense_planes(b: MovingModel, x: int) -> int:
    return b.fully_connected(flat_planes(b, x), 3)


@pytest.mark.parametrize("tail", [planes, columns_of_planes, flat_planes, dense_planes])
def test_rows_spread_over_whole_output(
    tail: Callable[[MovingModel, int], int], host: HostBuild
) -> None:
    """Channels in front of an output that is whole anyway: its input comes row by row."""
    b = MovingModel(seed=4)
    x = b.input((1, HEIGHT, WIDTH, 2))
    y = b.conv_2d(x, DEPTH)
    model = b.build([x], [tail(b, y)])
    program = compiled(model, without=("reorder_weights",))
    assert (slots(program, x), slots(program, y)) == (3, 1)
    rows = (3 * WIDTH + 4) * 2 + WIDTH * DEPTH
    assert program.plan.arena_bytes <= rows + HEIGHT * WIDTH * DEPTH + 16
    judge(model, program, host)


def test_no_spreading_where_rows_may_go_on(host: HostBuild) -> None:
    """Where the output can stream, it does, from a whole input: here the caller's."""
    b = MovingModel(seed=4)
    x = b.input((1, 3, HEIGHT, WIDTH))
    y = b.transpose(x, (0, 2, 3, 1))
    model = b.build([x], [b.conv_2d(y, 1)])
    program = compiled(model)
    assert slots(program, y) == 3
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


def test_turned_upright(host: HostBuild) -> None:
    """In a network over time they are no obstacle: time becomes the axis of the rows."""
    b = MovingModel(seed=3)
    x = b.input((1, 1, 24, 4))
    first, second = b.split(x, 2, 3)
    y = b.conv_2d(first, 4, (1, 3))
    z = b.quantize(b.conv_2d(second, 4, (1, 5)), b.scale(y), b.zero_point(y))
    joined = b.concatenation([y, z], 3)
    thinned = b.strided_slice(joined, (0, 0, 1, 0), (1, 1, 24, 8), (1, 1, 2, 1))
    tiled = b.moved(thinned, "TILE", (1, 1, 12, 16), (1, 1, 1, 2))
    longer = b.concatenation([b.like_constant(tiled, (1, 1, 2, 16)), tiled], 2)
    model = b.build([x], [b.mean(b.conv_2d(longer, 2, (1, 3)))])
    program = compiled(model)
    assert all(slots(program, t) <= n for t, n in ((joined, 2), (thinned, 1), (longer, 4)))
    assert slots(program, tiled) <= slots(program, longer), "it is made in place"
    judge(model, program, host)
