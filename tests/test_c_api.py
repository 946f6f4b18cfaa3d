"""The generated interface in use: two models in one program, misuse, self-test, versions."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from host_build import SANITIZERS, host_compiler, invoke
from library_files import compile_all, sources, written

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
