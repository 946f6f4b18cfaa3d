"""`weft bench`: the cycle model on small programs, and the digits model on emulated boards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from own_models import OWN_MODELS

from weft import bench, driver, target
from weft.bench import count
from weft.bench.cycles import Block, Cost, costs, load_timings
from weft.bench.disassembly import parse
from weft.bench.link_map import code_bytes
from weft.errors import CompileError

DIGITS = Path(__file__).parents[1] / "examples/digits/digits.tflite"
KEYS = {"target", "engine", "bit_exact", "total", "layers", "ram", "flash"}


def compiled(core: str, model: bytes | None = None, **options: Any) -> bench.Figures:
    """The figures of a model, digits if none is given."""
    engine = options.pop("engine", None)
    data = DIGITS.read_bytes() if model is None else model
    program = driver.compile_model(data, "digits", driver.Options(target=core, **options))
    return bench.measure(program, data, engine)


def disassembly(*lines: str) -> str:
    """What objdump prints: instructions of two bytes from 0x8000, `wide` ones of four."""
    text, at = "\n00008000 <f>:\n", 0x8000
    for line in lines:
        wide = line.startswith("wide ")
        code = "f000 b800" if wide else "bf00     "
        mnemonic, _, operands = line.removeprefix("wide ").partition(" ")
        text += f"    {at:x}:\t{code} \t{mnemonic}\t{operands}\n"
        at += 4 if wide else 2
    return text


@pytest.mark.parametrize(
    ("core", "lines", "taken", "cycles"),
    [
        ("cortex-m4", ["adds r0, r0, #1"], 0, 1),
        ("cortex-m4", ["ldr r0, [r1, #0]", "ldrb r2, [r1, #4]", "mov r3, r2"], 0, 2 + 1 + 1),
        ("cortex-m4", ["ldr r0, [r1, #0]", "nop", "ldr r2, [r1, #4]"], 0, 2 + 1 + 2),
        ("cortex-m4", ["wide ldrd r0, r1, [r2]", "ldr r3, [r2, #8]"], 0, 3 + 2),
        ("cortex-m4", ["ldr r0, [r1, #0]", "wide ldr.w pc, [sp, #4]"], 0, 2 + 4),
        ("cortex-m4", ["wide ldmia.w sp!, {r4, r5, r6, fp, pc}"], 0, 3 + 5),
        ("cortex-m4", ["push {r4-r7, lr}"], 0, 1 + 5),
        ("cortex-m4", ["bne.n 8000 <f>"], 0, 1),
        ("cortex-m4", ["bne.n 8000 <f>"], 1, 3),
        ("cortex-m4", ["wide udiv r0, r0, r1", "wide smlad r0, r1, r2, r3"], 0, 7 + 1),
        ("cortex-m3", ["wide mla r0, r1, r2, r3", "wide smull r0, r1, r2, r3"], 0, 2 + 4),
        ("cortex-m3", ["ldr r0, [r1, #0]", "ldr r2, [r1, #4]"], 0, 3),
        ("cortex-m0plus", ["ldr r0, [r1, #0]", "ldr r2, [r1, #4]", "muls r0, r1"], 0, 5),
        ("cortex-m0plus", ["pop {r4, r5, pc}"], 1, 3 + 2),
        ("cortex-m0plus", ["bl 9000 <g>"], 1, 3),
        ("cortex-m0plus", ["beq.n 8000 <f>"], 1, 2),
        ("cortex-m55", ["wide vmladava.s8 lr, q3, q5", "wide le lr, 8000 <f>"], 1, 2 + 1),
    ],
)
def test_cycles(core: str, lines: list[str], taken: int, cycles: int) -> None:
    """The timings of the manuals."""
    code = parse(disassembly(*lines))
    block = Block(0x8000, max(code), 0, 1, taken)
    assert costs([block], code, load_timings(core), 1) == [Cost(len(lines), cycles)]


def test_parts() -> None:
    """Code that two parts share is charged to each as often as it ran for it."""
    code = parse(disassembly("ldr r0, [r1, #0]", "ldr r2, [r1, #4]", "bne.n 8000 <f>"))
    blocks = [Block(0x8000, 0x8004, 1, 10, 9), Block(0x8002, 0x8004, 2, 2, 0)]
    executor, first, second = costs(blocks, code, load_timings("cortex-m4"), 3)
    assert executor == Cost()
    assert first == Cost(30, 10 * (2 + 1 + 1) + 9 * 2)
    assert second == Cost(4, 2 * (1 + 1))


def test_disassembly() -> None:
    """Data, symbols and comments are no instructions; registers of a list are counted."""
    text = (
        "00000010 <f>:\n"
        "      10:\te92d 4ff0 \tstmdb\tsp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr}\n"
        "      14:\t4b01      \tldr\tr3, [pc, #4]\t; (1c <f+0xc>)\n"
        "      16:\tecbd 8b04 \tvpop\t{d8-d9}\n"
        "      1a:\td1fa      \tbne.n\t12 <f+0x2>\n"
    )
    code = parse(text)
    assert [(x.address, x.nbytes, x.mnemonic, x.registers) for x in code.values()] == [
        (0x10, 4, "stmdb", 9),
        (0x14, 2, "ldr", 1),
        (0x16, 4, "vpop", 2),
        (0x1A, 2, "bne", 1),
    ]
    assert code[0x14].operands == "r3, [pc, #4]"


def test_timings() -> None:
    """Every emulated target has timings, and all of them cover every instruction."""
    for name in target.names():
        if target.load(name).emulator is not None:
            timings = load_timings(name)
            assert timings.note
            assert timings.rule(parse(disassembly("anything"))[0x8000]).cycles == 1
    with pytest.raises(CompileError, match="cortex-m4"):
        load_timings("generic")


@pytest.mark.cross
@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m4"])
def test_digits(core: str) -> None:
    """Exact, counted layer by layer, and the same again."""
    figures = compiled(core)
    assert figures.engine == "plugin"
    assert figures.bit_exact
    found = bench.document(figures)
    assert found.keys() >= KEYS
    assert found["target"] == core
    parts = [found["executor"], *found["layers"]]
    for key in ("instructions", "est_cycles"):
        assert found["total"][key] == sum(part[key] for part in parts)
        assert all(part[key] > 0 for part in parts)
    assert [x["index"] for x in found["layers"]] == list(range(len(figures.program.calls)))
    assert sum(x["macs"] for x in found["layers"]) == found["total"]["macs"]
    assert found["total"]["est_cycles"] > found["total"]["instructions"] > found["total"]["macs"]
    flash, ram = found["flash"], found["ram"]
    assert flash["total"] == flash["code"] + flash["constants"] + flash["rest"]
    assert flash["constants"] > 5000
    assert 1000 < flash["kernels"] < flash["code"]
    assert ram["arena"] == figures.program.arena_bytes
    assert 0 < ram["static"] < 128
    assert 128 < ram["stack"] < 1024
    assert bench.document(compiled(core)) == found


@pytest.mark.cross
@pytest.mark.parametrize("core", ["cortex-m3", "cortex-m7", "cortex-m33", "cortex-m55"])
def test_cores(core: str) -> None:
    """Every board starts, on its own memory map."""
    figures = compiled(core, OWN_MODELS["chain"]())
    assert figures.bit_exact
    assert figures.engine == "plugin"


@pytest.mark.cross
def test_pushed_rows() -> None:
    """The input comes row by row."""
    figures = compiled("cortex-m4", OWN_MODELS["chain"](), input_rows=True)
    assert figures.bit_exact
    assert bench.document(figures)["input"] == "rows"


@pytest.mark.cross
def test_without_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no plugin can be built the total is still right, but for a call or two."""
    exact = compiled("cortex-m4")

    def no_compiler() -> str:
        raise CompileError("no C compiler found")

    monkeypatch.setattr(count, "host_compiler", no_compiler)
    figures = compiled("cortex-m4")
    assert figures.engine == "icount"
    assert figures.bit_exact
    assert 0 <= figures.instructions - exact.instructions < 16
    found = bench.document(figures)
    assert found["total"]["est_cycles"] is None
    assert found["layers"][0]["instructions"] is None
    assert found["flash"] == bench.document(exact)["flash"]
    with pytest.raises(CompileError, match="plugin"):
        compiled("cortex-m4", engine="plugin")


def test_link_map() -> None:
    """Code is counted by file, without what the linker discarded."""
    text = """
Discarded input sections

 .text.gone     0x00000000       0x40 build/a.o

Linker script and memory map

LOAD build/a.o
LOAD build/b.o
LOAD /lib/libc.a

 .text.f        0x00000100       0x10 build/b.o
 *fill*         0x00000110        0x2
 .text.a_name_that_is_long
                0x00000112       0x20 build/a.o
 .text          0x00000132        0x4 build/b.o
 .rodata.table  0x00000136        0x8 build/b.o
 .text.memcpy   0x00000140       0x30 /lib/libc.a(memcpy.o)
"""
    assert list(code_bytes(text)) == [0x20, 0x14, 0]


def test_refusals() -> None:
    """A target without a board."""
    with pytest.raises(CompileError, match="generic"):
        compiled("generic")


def weft(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    path = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
    return subprocess.run(
        [sys.executable, "-m", "weft", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.cross
def test_command(tmp_path: Path) -> None:
    """Tables for people, JSON for scripts, and red when a figure has grown."""
    model, previous = tmp_path / "main.tflite", tmp_path / "previous.json"
    model.write_bytes(OWN_MODELS["chain"]())
    run = weft("bench", model, "--json")
    assert run.returncode == 0, run.stderr
    assert "executor" in run.stderr
    found = json.loads(run.stdout)
    previous.write_text(run.stdout, encoding="utf-8")
    run = weft("bench", model, "--compare", previous)
    assert run.returncode == 0, run.stderr
    assert "nothing changed" in run.stdout
    assert "bit-exact: " in run.stdout
    found["total"]["est_cycles"] = found["total"]["est_cycles"] * 98 // 100
    previous.write_text(json.dumps(found), encoding="utf-8")
    run = weft("bench", model, "--compare", previous, "--json")
    assert run.returncode == 1
    (change,) = json.loads(run.stdout)["changes"]
    assert change["figure"] == "total.est_cycles"
    assert change["worse"] is True
    assert "worse by more than 1 %: total.est_cycles" in run.stderr


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"target": "cortex-m4"}', None),
        ('{"target": "cortex-m0plus"}', "cortex-m0plus"),
        ("[]", "weft bench --json"),
        ('{"target": "cortex-m4", "layers": [1]}', "weft bench --json"),
    ],
)
def test_compare(text: str, word: str | None) -> None:
    """Documents that cannot be compared; figures that one of them lacks are no change for worse."""
    now: bench.Document = {
        "target": "cortex-m4",
        "total": {"instructions": 10, "est_cycles": None},
        "layers": [],
    }
    if word is None:
        (change,) = bench.compare(json.loads(text), now)
        assert (change.before, change.now, change.worse) == (None, 10, False)
    else:
        with pytest.raises(CompileError, match=word):
            bench.compare(json.loads(text), now)
    changed = {**now, "total": {"instructions": 1000}}
    for before, worse in ((995, False), (985, True), (1200, False)):
        (change,) = bench.compare({**now, "total": {"instructions": before}}, changed)
        assert change.worse is worse
