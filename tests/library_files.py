"""Writes libraries of own and published models, and compiles their files with all warnings."""

from __future__ import annotations

from pathlib import Path

from host_build import invoke
from own_models import OWN_MODELS
from shared_files import shared_folder

from weft import driver, emit, verify

WARNINGS = (
    "-O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align -Wundef -Werror"
).split()


def written(name: str, folder: Path, *, prefix: str = "m", input_rows: bool = False) -> Path:
    """A folder with the library of an own or published model, with a self-test."""
    if name in OWN_MODELS:
        data = OWN_MODELS[name]()
    else:
        models = shared_folder()
        assert models is not None
        data = (models / "models" / f"{name}.tflite").read_bytes()
    options = driver.Options(name=prefix, input_rows=input_rows)
    program = driver.compile_model(data, f"{name}.tflite", options)
    vectors = [] if input_rows else verify.golden_vectors(program.model, 2)
    driver.write(emit.render(program, vectors), folder)
    return folder


def sources(folder: Path) -> list[Path]:
    """All C files of a library."""
    return sorted(folder.rglob("*.c"))


def compile_all(compiler: list[str], folder: Path, files: list[Path]) -> None:
    """Compile files, keeping nothing; every warning is an error."""
    out = folder / "objects"
    out.mkdir(exist_ok=True)
    invoke([*compiler, *WARNINGS, f"-I{folder}", "-c", *files], cwd=out)
