"""The command line: exit codes, one-line errors, JSON keys, nothing written on error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_models import OWN_MODELS
from random_model import RandomModel

COMPILE_KEYS = {
    "name",
    "target",
    "optimize",
    "arena_bytes",
    "arena_lower_bound",
    "input_bytes",
    "weights_bytes",
    "macs",
    "macs_model",
    "layers",
    "files",
    "verified_plan",
}
LAYER_KEYS = {"index", "op", "origins", "macs", "kernel", "band_rows", "rows"}
VERIFY_KEYS = {
    "bit_exact",
    "samples",
    "samples_exact",
    "layers",
    "layers_exact",
    "variant",
    "reference",
    "first_mismatch",
}


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


def document(*arguments: str | Path, code: int = 0) -> Any:
    """What a command prints with --json."""
    run = weft(*arguments, "--json")
    assert run.returncode == code, run.stderr
    return json.loads(run.stdout)


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """A small model's file."""
    path = tmp_path / "chain.tflite"
    path.write_bytes(OWN_MODELS["chain"]())
    return path


def test_compile(chain: Path, tmp_path: Path) -> None:
    """Files are written, and JSON says which."""
    out = tmp_path / "out"
    report = document("compile", chain, "-o", out, "--name", "tiny", "--golden", "1")
    assert report.keys() >= COMPILE_KEYS
    assert all(layer.keys() >= LAYER_KEYS for layer in report["layers"])
    assert report["name"] == "tiny"
    assert report["target"] == "generic"
    assert report["verified_plan"] is True
    assert report["arena_bytes"] >= report["arena_lower_bound"] > 0
    written = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert written == set(report["files"])
    assert {"tiny.h", "tiny.c", "tiny_weights.c", "tiny_selftest.c", "tiny.json"} <= written
    assert {"CMakeLists.txt", "weft/weft.h", "weft/executor.c"} <= written
    stored = json.loads((out / "tiny.json").read_text(encoding="utf-8"))
    assert stored["arena_bytes"] == report["arena_bytes"]


def test_compile_for_people(chain: Path, tmp_path: Path) -> None:
    """Without --json: sizes, and every layer with -v; the name comes from the file."""
    run = weft("compile", chain, "-o", tmp_path / "out", "-v", "--dump-ir")
    assert run.returncode == 0, run.stderr
    assert "arena" in run.stdout
    assert "CONV_2D" in run.stdout
    assert "conv_2d(" in run.stderr
    assert (tmp_path / "out" / "chain.h").is_file()


def test_verify(chain: Path) -> None:
    """Exact, with the keys that scripts rely on."""
    report = document("verify", chain, "--samples", "3")
    assert report.keys() >= VERIFY_KEYS
    assert report["bit_exact"] is True
    assert report["samples"] == report["samples_exact"] == 3
    assert report["layers"] == report["layers_exact"] == 6
    assert "1.2.0" in report["reference"]
    assert report["first_mismatch"] is None
    run = weft("verify", chain, "--samples", "2")
    assert run.returncode == 0
    assert "bit-exact: 6/6 layers, 2/2 inputs" in run.stdout


def test_verify_with_vectors(chain: Path, tmp_path: Path) -> None:
    """Stored outputs that are wrong in one element: the answer is no, and where."""
    vectors = tmp_path / "vectors.npz"
    inputs = np.zeros((2, 1, 8, 6, 2), np.int8)
    np.savez(vectors, in0=inputs)
    assert document("verify", chain, "--inputs", vectors)["samples"] == 2
    wrong = np.full((2, 1, 3), -128, np.int8)
    np.savez(vectors, in0=inputs, out0=wrong)
    report = document("verify", chain, "--inputs", vectors, code=1)
    assert report["bit_exact"] is False
    assert report["first_mismatch"].keys() >= {"sample", "layer", "element", "expected", "got"}
    assert report["first_mismatch"]["expected"] == -128
    run = weft("verify", chain, "--inputs", vectors)
    assert run.returncode == 1
    assert "NOT bit-exact" in run.stdout
    assert "first difference: sample" in run.stdout


@pytest.mark.cross
def test_verify_on_board(chain: Path) -> None:
    """On an emulated microcontroller."""
    report = document("verify", chain, "--samples", "2", "--on", "cortex-m4")
    assert report["bit_exact"] is True
    assert report["engine"] == "qemu"


def test_lists() -> None:
    """What there is."""
    page = (Path(__file__).parents[1] / "docs/operators.md").read_text(encoding="utf-8")
    assert weft("ops", "--markdown").stdout == page, "weft ops --markdown > docs/operators.md"
    assert {"CONV_2D", "SVDF", "READ_VARIABLE"} <= {op["name"] for op in document("ops")}
    assert {"generic", "cortex-m4"} <= {target["name"] for target in document("targets")}
    assert weft("ops").returncode == weft("targets").returncode == 0
    assert weft("--version").stdout.strip()
    assert "compile" in weft("--help").stdout


def refused(run: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2 and one line on stderr that says all this."""
    assert run.returncode == 2, run.stdout + run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    line = run.stderr.strip()
    assert line.startswith("weft: error: ")
    assert "\n" not in line
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "cortex-m99"], ["cortex-m99", "cortex-m4"]),
        (["--optimize", "speed"], ["speed", "latency"]),
        (["--name", "3d"], ["3d", "C names"]),
        (["--name", "int"], ["int"]),
        (["--golden", "-1"], ["--golden -1"]),
        (["--ram-budget", "1"], ["at least"]),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_bad_option(chain: Path, tmp_path: Path, options: list[str], words: list[str]) -> None:
    """Values that mean nothing; nothing is written."""
    out = tmp_path / "out"
    refused(weft("compile", chain, "-o", out, *options), *words)
    assert not out.exists()


def unsupported() -> bytes:
    """A model whose operator weft does not know."""
    b = RandomModel()
    x, y = b.input((1, 4)), b.tensor((1, 4), 0.1, name="result")
    b.operator("DENSIFY", [x], [y])
    return b.build([x], [y])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["cannot read"]),
        (b"", []),
        (b"not a model, but long enough to be looked at", []),
        (OWN_MODELS["chain"]()[:300], []),
        (unsupported(), ["operator 0 (DENSIFY)"]),
    ],
    ids=["missing", "empty", "text", "cut off", "unsupported"],
)
@pytest.mark.parametrize("command", ["compile", "verify"])
def test_bad_model(command: str, content: bytes | None, words: list[str], tmp_path: Path) -> None:
    """Files that are no model, or not one for weft; nothing is written."""
    path, out = tmp_path / "model.tflite", tmp_path / "out"
    if content is not None:
        path.write_bytes(content)
    refused(weft(command, path, *(["-o", out] if command == "compile" else [])), *words)
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--variant", "fast"], ["fast", "portable"]),
        (["--samples", "0"], ["--samples 0"]),
        (["--on", "generic"], ["generic"]),
        (["--inputs", "missing.npz"], ["missing.npz"]),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_bad_verify_option(chain: Path, options: list[str], words: list[str]) -> None:
    """Options of verify."""
    refused(weft("verify", chain, *options), *words)


@pytest.mark.parametrize(
    "arrays",
    [
        {"in0": np.zeros((1, 8, 6, 3), np.int8)},
        {"in0": np.zeros((1, 8, 6, 2), np.float32)},
        {"other": np.zeros((1, 8, 6, 2), np.int8)},
        {"in0": np.array([{}], object)},
    ],
    ids=["shape", "type", "name", "pickle"],
)
def test_bad_vectors(chain: Path, tmp_path: Path, arrays: dict[str, Any]) -> None:
    """Inputs that do not fit the model."""
    np.savez(tmp_path / "vectors.npz", **arrays)
    refused(weft("verify", chain, "--inputs", tmp_path / "vectors.npz"))


def test_usage(chain: Path) -> None:
    """A command line that is incomplete or unknown."""
    for arguments in (["compile", chain], ["fly"], ["compile", chain, "--wings"], ["verify"]):
        run = weft(*arguments)
        assert run.returncode == 2, run.stdout
        assert "Traceback" not in run.stderr


def test_unwritable_output(chain: Path, tmp_path: Path) -> None:
    """The folder's name is taken by a file."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    refused(weft("compile", chain, "-o", taken), "cannot write")
    refused(weft("compile", chain, "-o", taken / "below"), "cannot write")
    assert taken.read_text(encoding="utf-8") == "mine"
