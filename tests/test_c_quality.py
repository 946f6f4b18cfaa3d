"""The generated C: no warning from any compiler, formatted, usable from C++."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from host_build import host_compiler, invoke
from library_files import WARNINGS, compile_all, sources, written
from own_models import OWN_MODELS

from weft.resources import RUNTIME

ROOT = RUNTIME.parent
HOST_COMPILERS = ("gcc", "clang")
CORES = ("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
SHARED_MODELS = ("kws_ref_model", "tinyengine_vww")
MODELS = [*OWN_MODELS, *(pytest.param(m, marks=pytest.mark.shared) for m in SHARED_MODELS)]


@pytest.mark.parametrize("observe", [0, 1])
@pytest.mark.parametrize("compiler", HOST_COMPILERS)
@pytest.mark.parametrize("name", MODELS)
def test_no_warning(name: str, compiler: str, observe: int, tmp_path: Path) -> None:
    """C99 on this machine, also with what verification adds."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    folder = written(name, tmp_path)
    compile_all([compiler, "-std=c99", f"-DWEFT_OBSERVE={observe}"], folder, sources(folder))


def test_no_warning_with_input_rows(tmp_path: Path) -> None:
    """A library that takes its input row by row."""
    folder = written("chain", tmp_path, input_rows=True)
    compile_all([host_compiler(), "-std=c99"], folder, sources(folder))


@pytest.mark.cross
@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("name", MODELS)
def test_no_warning_on_target(name: str, core: str, tmp_path: Path) -> None:
    """C99 for microcontrollers."""
    folder = written(name, tmp_path)
    compiler = ["arm-none-eabi-gcc", f"-mcpu={core}", "-mthumb", "-std=c99"]
    compile_all(compiler, folder, sources(folder))


@pytest.mark.parametrize("compiler", [*HOST_COMPILERS, "arm-none-eabi-gcc"])
def test_runtime_has_no_warning(compiler: str, tmp_path: Path) -> None:
    """All kernels, whether a model needs them or not."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    files = sorted((RUNTIME / "src").glob("*.c"))
    invoke([compiler, "-std=c99", *WARNINGS, f"-I{RUNTIME / 'include'}", "-c", *files],
           cwd=tmp_path)  # fmt: skip


@pytest.mark.cross
@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m4"])
def test_runtime_for_clang_on_target(core: str, tmp_path: Path) -> None:
    """Its assembler is stricter; the library's headers are those of the cross compiler."""
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    shown = subprocess.run(
        ["arm-none-eabi-gcc", "-E", "-v", "-x", "c", os.devnull],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    library = shown.partition("\nEnd of search list")[0].splitlines()[-1].strip()
    files = sorted((RUNTIME / "src").glob("*.c"))
    compiler = ["clang", "--target=arm-none-eabi", f"-mcpu={core}", "-mthumb", "-std=c99", "-O2"]
    includes = [f"-isystem{library}", f"-I{RUNTIME / 'include'}"]
    invoke([*compiler, *WARNINGS, *includes, "-c", *files], cwd=tmp_path)


CPP = """#include "m.h"
static m_arena_t arena;
int main()
{
    m_model_t model;
    if (m_init(&model, &arena) != WEFT_OK || m_run(&model) != WEFT_OK) {
        return 1;
    }
    return m_output(&model) && m_info() ? 0 : 1;
}
"""


def cpp_compilers() -> list[str]:
    """C++ compilers that are here."""
    known = ("g++", "clang++", "arm-none-eabi-g++")
    return [compiler for compiler in known if shutil.which(compiler)]


@pytest.mark.parametrize("compiler", cpp_compilers())
@pytest.mark.parametrize("standard", ["c++98", "c++17"])
@pytest.mark.parametrize("name", OWN_MODELS)
def test_header_in_cpp(name: str, standard: str, compiler: str, tmp_path: Path) -> None:
    """Headers of library and run time are C++ too."""
    folder = written(name, tmp_path)
    program = tmp_path / "main.cpp"
    program.write_text(CPP, encoding="utf-8")
    flags = [w for w in WARNINGS if standard != "c++98" or w != "-Wpedantic"]
    long_long = ["-Wno-long-long"] if standard == "c++98" else []
    invoke([compiler, f"-std={standard}", *flags, *long_long, f"-I{folder}", "-fsyntax-only",
            program])  # fmt: skip


def test_linked_into_cpp(tmp_path: Path) -> None:
    """A C++ program runs the C library."""
    if not shutil.which("g++"):
        pytest.skip("g++ is not installed")
    folder = written("chain", tmp_path)
    (tmp_path / "main.cpp").write_text(CPP, encoding="utf-8")
    compile_all([host_compiler(), "-std=c99"], folder, sources(folder))
    objects = sorted((folder / "objects").glob("*.o"))
    invoke(["g++", f"-I{folder}", tmp_path / "main.cpp", *objects, "-o", tmp_path / "main"])
    invoke([tmp_path / "main"])


def clang_format() -> str:
    """The version of clang-format that the project has pinned."""
    found = shutil.which("clang-format", path=str(Path(sys.executable).parent))
    assert found, "clang-format is one of the development dependencies"
    return found


@pytest.mark.parametrize("input_rows", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_generated_format(name: str, input_rows: bool, tmp_path: Path) -> None:
    """Formatted by construction."""
    folder = written(name, tmp_path, input_rows=input_rows)
    files = sorted(folder.glob("*.[ch]"))
    invoke([clang_format(), f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror",
            *files])  # fmt: skip


LONGER = {"pair_gemm_asm.h": 350}  # macros of assembly, one loop after the other


def test_runtime_format() -> None:
    """The run time is formatted, and no file of it is long."""
    files = sorted(RUNTIME.rglob("*.[ch]"))
    invoke([clang_format(), f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror",
            *files])  # fmt: skip
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith("/* SPDX-License-Identifier: Apache-2.0"), file
        assert len(text.splitlines()) <= LONGER.get(file.name, 250), file
