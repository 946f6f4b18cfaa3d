"""The generated C: no warning from any compiler, formatted, usable from C++, safe to misuse."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from host_build import SANITIZERS, host_compiler, invoke
from own_models import OWN_MODELS
from shared_files import shared_folder

from weft import driver, emit, verify
from weft.resources import RUNTIME

ROOT = RUNTIME.parent
WARNINGS = (
    "-O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-align -Wundef -Werror"
).split()
HOST_COMPILERS = ("gcc", "clang")
CORES = ("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
SHARED_MODELS = ("kws_ref_model", "tinyengine_vww")
MODELS = [*OWN_MODELS, *(pytest.param(m, marks=pytest.mark.shared) for m in SHARED_MODELS)]


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


@pytest.mark.parametrize("name", MODELS)
def test_generated_format(name: str, tmp_path: Path) -> None:
    """Formatted by construction."""
    folder = written(name, tmp_path)
    files = sorted(folder.glob("*.[ch]"))
    invoke([clang_format(), f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror",
            *files])  # fmt: skip


def test_runtime_format() -> None:
    """The run time is formatted, and no file of it is long."""
    files = sorted(RUNTIME.rglob("*.[ch]"))
    invoke([clang_format(), f"--style=file:{ROOT / '.clang-format'}", "--dry-run", "-Werror",
            *files])  # fmt: skip
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith("/* SPDX-License-Identifier: Apache-2.0"), file
        assert len(text.splitlines()) <= 250, file


TWO = """#include "first.h"
#include "second.h"
#include <string.h>
static first_arena_t a;
static second_arena_t b;
int main(void)
{
    first_model_t m;
    second_model_t n;
    if (first_init(&m, &a) != WEFT_OK || second_init(&n, &b) != WEFT_OK) {
        return 1;
    }
    /* Step by step in turn: neither touches the other. */
    weft_status s = WEFT_AGAIN;
    weft_status t = WEFT_AGAIN;
    while (s == WEFT_AGAIN || t == WEFT_AGAIN) {
        s = s == WEFT_AGAIN ? first_step(&m) : s;
        t = t == WEFT_AGAIN ? second_step(&n) : t;
    }
    if (s != WEFT_OK || t != WEFT_OK) {
        return 2;
    }
    return first_selftest(&m) == WEFT_OK && second_selftest(&n) == WEFT_OK ? 0 : 3;
}
"""


def test_two_models_in_one_program(tmp_path: Path) -> None:
    """Static libraries of two folders, each with its copy of the run time, do not clash."""
    written("chain", tmp_path / "first", prefix="first")
    written("residual", tmp_path / "second", prefix="second")
    (tmp_path / "main.c").write_text(TWO, encoding="utf-8")
    archives = []
    for name in ("first", "second"):
        folder = tmp_path / name
        compile_all([host_compiler(), "-std=c99"], folder, sources(folder))
        archives.append(folder / f"lib{name}.a")
        invoke(["ar", "rcs", archives[-1], *sorted((folder / "objects").glob("*.o"))])
    program = tmp_path / "main"
    invoke([host_compiler(), f"-I{tmp_path / 'first'}", f"-I{tmp_path / 'second'}",
            tmp_path / "main.c", *archives, "-o", program])  # fmt: skip
    invoke([program])


CMAKE = """cmake_minimum_required(VERSION 3.13)
project(two C)
add_subdirectory(first)
add_subdirectory(second)
add_executable(main main.c)
target_link_libraries(main first second)
"""


def test_two_models_by_cmake(tmp_path: Path) -> None:
    """The same with the CMake files that are generated."""
    if not shutil.which("cmake"):
        pytest.skip("cmake is not installed")
    written("chain", tmp_path / "first", prefix="first")
    written("residual", tmp_path / "second", prefix="second")
    (tmp_path / "main.c").write_text(TWO, encoding="utf-8")
    (tmp_path / "CMakeLists.txt").write_text(CMAKE, encoding="utf-8")
    invoke(["cmake", "-S", tmp_path, "-B", tmp_path / "build"])
    invoke(["cmake", "--build", tmp_path / "build"])
    invoke([tmp_path / "build" / "main"])


MISUSE = """#include "m.h"
#include <stdio.h>
#include <string.h>
#define CHECK(condition) \\
    if (!(condition)) { \\
        printf("line %d: %s\\n", __LINE__, #condition); \\
        return 1; \\
    }
static m_arena_t arena;
static m_model_t m, zero, garbage;
int main(void)
{
    int8_t first[M_OUTPUT_SIZE];
    uint32_t steps = 0;
    weft_status status = WEFT_AGAIN;

    CHECK(m_init(NULL, &arena) == WEFT_ERROR_NULL)
    CHECK(m_init(&m, NULL) == WEFT_ERROR_NULL)
    CHECK(m_run(NULL) == WEFT_ERROR_NULL && m_step(NULL) == WEFT_ERROR_NULL)
    CHECK(m_reset(NULL) == WEFT_ERROR_NULL && m_selftest(NULL) == WEFT_ERROR_NULL)
    CHECK(m_input(NULL) == NULL && m_output(NULL) == NULL)

    memset(&garbage, 0xa5, sizeof garbage);
    CHECK(m_run(&zero) == WEFT_ERROR_NOT_INIT && m_run(&garbage) == WEFT_ERROR_NOT_INIT)
    CHECK(m_step(&zero) == WEFT_ERROR_NOT_INIT && m_step(&garbage) == WEFT_ERROR_NOT_INIT)
    CHECK(m_reset(&zero) == WEFT_ERROR_NOT_INIT && m_reset(&garbage) == WEFT_ERROR_NOT_INIT)
    CHECK(m_selftest(&zero) == WEFT_ERROR_NOT_INIT)
    CHECK(m_input(&zero) == NULL && m_output(&garbage) == NULL)

    CHECK(m_init(&m, &arena) == WEFT_OK)
    CHECK(m_output(&m) == NULL)
    CHECK(m_input(&m) != NULL)
    memset(m_input(&m), 5, M_INPUT_SIZE);
    CHECK(m_run(&m) == WEFT_OK && m_output(&m) != NULL)
    memcpy(first, m_output(&m), sizeof first);

    /* Step by step to the same end; input and output are out of reach on the way. */
    memset(m_input(&m), 5, M_INPUT_SIZE);
    while (status == WEFT_AGAIN) {
        status = m_step(&m);
        steps++;
        if (status == WEFT_AGAIN) {
            CHECK(m_output(&m) == NULL && m_input(&m) == NULL)
        }
    }
    CHECK(status == WEFT_OK && steps == M_STEPS)
    CHECK(memcmp(first, m_output(&m), sizeof first) == 0)

    /* Dropped half-way, then run again. */
    memset(m_input(&m), 99, M_INPUT_SIZE);
    CHECK(m_step(&m) == WEFT_AGAIN && m_reset(&m) == WEFT_OK)
    CHECK(m_output(&m) == NULL && m_input(&m) != NULL)
    memset(m_input(&m), 5, M_INPUT_SIZE);
    CHECK(m_run(&m) == WEFT_OK && memcmp(first, m_output(&m), sizeof first) == 0)

    /* A self-test in the middle of an inference starts afresh. */
    CHECK(m_step(&m) == WEFT_AGAIN && m_selftest(&m) == EXPECTED)
    CHECK(m_info()->arena_bytes == M_ARENA_SIZE && m_info()->layers == M_LAYERS)
    return 0;
}
"""


def misuse(folder: Path, expected: str) -> None:
    """Build and run the program above with sanitizers."""
    (folder / "main.c").write_text(MISUSE, encoding="utf-8")
    flags = [*SANITIZERS, "-std=c99", f"-DEXPECTED={expected}", f"-I{folder}"]
    invoke([host_compiler(), *flags, *sources(folder), "-o", folder / "main"])
    invoke([folder / "main"])


@pytest.mark.parametrize("name", ["chain"])
def test_misuse(name: str, tmp_path: Path) -> None:
    """NULL, a handle that is not bound, calls out of turn: an error code, nothing else."""
    misuse(written(name, tmp_path), "WEFT_OK")


def test_selftest_finds_a_changed_weight(tmp_path: Path) -> None:
    """A single bias that is wrong."""
    folder = written("chain", tmp_path)
    weights = folder / "m_weights.c"
    text = weights.read_text(encoding="utf-8")
    start = text.index("{", text.rindex("_bias["))
    changed = re.sub(r"-?\d+", lambda found: str(int(found[0]) + 5000), text[start:], count=1)
    weights.write_text(text[:start] + changed, encoding="utf-8")
    misuse(folder, "WEFT_ERROR_SELFTEST")


def test_misaligned_arena(tmp_path: Path) -> None:
    """An arena that int32 values cannot lie in."""
    folder = written("chain", tmp_path)
    (folder / "main.c").write_text(
        """#include "m.h"
static uint32_t memory[M_ARENA_SIZE / 4 + 2];
int main(void)
{
    m_model_t m;
    void *odd = (uint8_t *)memory + 1;
    return m_init(&m, (m_arena_t *)odd) == WEFT_ERROR_ALIGN ? 0 : 1;
}
""",
        encoding="utf-8",
    )
    invoke([host_compiler(), "-std=c99", f"-I{folder}", *sources(folder), "-o", folder / "main"])
    invoke([folder / "main"])


def test_another_runtime_is_refused(tmp_path: Path) -> None:
    """Generated code and run time have to be of the same version."""
    folder = written("chain", tmp_path)
    header = folder / "weft" / "weft.h"
    text = header.read_text(encoding="utf-8")
    found = re.search(r"#define WEFT_RUNTIME_ABI (\d+)", text)
    assert found
    header.write_text(text.replace(found[0], "#define WEFT_RUNTIME_ABI 999"), encoding="utf-8")
    with pytest.raises(AssertionError, match="generate this file again"):
        invoke([host_compiler(), f"-I{folder}", "-fsyntax-only", folder / "m.c"])
