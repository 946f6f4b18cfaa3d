"""The generated interface of libraries with state: it survives, is saved, restored, forgotten."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from host_build import SANITIZERS, host_compiler, invoke
from library_files import WARNINGS
from own_models import OWN_MODELS
from state_models import STATE_MODELS

from weft import driver, emit, verify
from weft.program import Program

ROOT = Path(__file__).parents[1]

MAIN = """#include "m.h"
#include <stdio.h>
#include <string.h>
#define CHECK(condition) \\
    if (!(condition)) { \\
        printf("line %d: %s\\n", __LINE__, #condition); \\
        return 1; \\
    }
static m_arena_t arena;
static m_model_t m, zero;
typedef struct {
    int8_t bytes[M_OUTPUT_SIZE];
} result;

static result infer(int fill)
{
    result found;
    memset(m_input(&m), fill, M_INPUT_SIZE);
    if (m_run(&m) != WEFT_OK) {
        memset(&found, 0, sizeof found);
        return found;
    }
    memcpy(found.bytes, m_output(&m), sizeof found.bytes);
    return found;
}

static int equal(result a, result b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

int main(void)
{
    int8_t saved[M_STATE_SIZE];
    result first, second, third;

    CHECK(m_state(NULL) == NULL && m_state(&zero) == NULL)
    CHECK(m_next(NULL) == WEFT_ERROR_NULL && m_next(&zero) == WEFT_ERROR_NOT_INIT)
    CHECK(m_init(&m, NULL) == WEFT_ERROR_NULL && m_init(NULL, &arena) == WEFT_ERROR_NULL)
    CHECK(m_init(&m, &arena) == WEFT_OK)

    /* The state survives, and makes a difference. */
    first = infer(50);
    second = infer(50);
    third = infer(50);
    CHECK(!equal(first, second))

    /* All that is remembered is in the bytes that the caller can save. */
    CHECK(m_reset(&m) == WEFT_OK)
    CHECK(equal(first, infer(50)))
    memcpy(saved, m_state(&m), sizeof saved);
    CHECK(equal(second, infer(50)) && equal(third, infer(50)))
    memset(&arena, 0x77, sizeof arena);
    memcpy(m_state(&m), saved, sizeof saved);
    CHECK(equal(second, infer(50)) && equal(third, infer(50)))

    /* Half an inference: the state is out of reach, and so is another inference. */
    CHECK(m_next(&m) == WEFT_OK && m_output(&m) == NULL && m_state(&m) != NULL)
    memset(m_input(&m), 1, M_INPUT_SIZE);
    CHECK(m_step(&m) == WEFT_AGAIN)
    CHECK(m_state(&m) == NULL && m_input(&m) == NULL && m_output(&m) == NULL)
    CHECK(m_run(&m) == WEFT_ERROR_SEQUENCE && m_next(&m) == WEFT_ERROR_SEQUENCE)

    /* Dropped half-way, everything is forgotten; init does the same. */
    CHECK(m_reset(&m) == WEFT_OK && equal(first, infer(50)) && equal(second, infer(50)))
    memset(&arena, 0x5a, sizeof arena);
    CHECK(m_init(&m, &arena) == WEFT_OK && equal(first, infer(50)) && equal(second, infer(50)))

    /* The stored inferences are a sequence from the first on, whatever was before. */
    CHECK(m_selftest(&m) == WEFT_OK && equal(first, infer(50)))
    CHECK(m_selftest(&m) == WEFT_OK && m_selftest(&m) == WEFT_OK)

    CHECK((int8_t *)m_state(&m) >= (int8_t *)&arena)
    CHECK((int8_t *)m_state(&m) + M_STATE_SIZE <= (int8_t *)&arena + M_ARENA_SIZE)
    return 0;
}
"""

ROWS = """#include "m.h"
#include <string.h>
static m_arena_t arena;
static m_model_t m;
static int8_t image[M_INPUT_ROWS][M_INPUT_ROW_SIZE];

static weft_status infer(int8_t *output)
{
    weft_status status = WEFT_NEED_ROW;
    for (int row = 0; row < M_INPUT_ROWS; row++) {
        if (status != WEFT_NEED_ROW) {
            return status;
        }
        status = m_push_row(&m, image[row]);
    }
    memcpy(output, m_output(&m), M_OUTPUT_SIZE);
    return status;
}

int main(void)
{
    int8_t first[M_OUTPUT_SIZE], second[M_OUTPUT_SIZE], again[M_OUTPUT_SIZE];
    memset(image, 20, sizeof image);
    if (m_init(&m, &arena) != WEFT_OK || infer(first) != WEFT_OK) {
        return 1;
    }
    /* A row too many is one, until the library is told that another image begins. */
    if (m_push_row(&m, image[0]) != WEFT_ERROR_SEQUENCE || m_next(&m) != WEFT_OK) {
        return 2;
    }
    if (m_push_row(&m, image[0]) != WEFT_NEED_ROW || m_next(&m) != WEFT_ERROR_SEQUENCE) {
        return 3;
    }
    if (m_reset(&m) != WEFT_OK || infer(again) != WEFT_OK || memcmp(first, again, sizeof first)) {
        return 4;
    }
    if (m_next(&m) != WEFT_OK || infer(second) != WEFT_OK || !memcmp(first, second, sizeof first)) {
        return 5;
    }
    return 0;
}
"""

SHARED = """#include "shared_arena.h"
#include <string.h>
static weft_shared_arena_t arena;
static stream_model_t stream;
static filters_model_t filters;
static int8_t results[2][3][STREAM_OUTPUT_SIZE];

static void infer(int8_t *result)
{
    memset(stream_input(&stream), 9, STREAM_INPUT_SIZE);
    (void)stream_run(&stream);
    memcpy(result, stream_output(&stream), STREAM_OUTPUT_SIZE);
}

int main(void)
{
    if (stream_init(&stream, &arena.stream) || filters_init(&filters, &arena.filters)) {
        return 1;
    }
    for (int alone = 0; alone < 2; alone++) {
        for (int i = 0; i < 3; i++) {
            infer(results[alone][i]);
            if (!alone) {
                memset(filters_input(&filters), 100, FILTERS_INPUT_SIZE);
                (void)filters_run(&filters);
            }
        }
        (void)stream_reset(&stream);
    }
    return memcmp(results[0], results[1], sizeof results[0]) != 0;
}
"""


def build_and_run(folder: Path, main: str, files: dict[str, str]) -> None:
    """Compile a program with libraries, warnings being errors, and run it sanitized."""
    for name, text in {**files, "main.c": main}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sources = [folder / n for n in (*files, "main.c") if n.endswith(".c")]
    flags = ["-std=c99", *WARNINGS, *SANITIZERS]
    invoke([host_compiler(), *flags, f"-I{folder}", *sources, "-o", folder / "main"])
    invoke([folder / "main"])


def program_of(name: str, prefix: str, *, input_rows: bool = False) -> Program:
    """A compiled model."""
    options = driver.Options(name=prefix, input_rows=input_rows)
    return driver.compile_model(STATE_MODELS[name](), f"{name}.tflite", options)


@pytest.mark.parametrize("name", ["stream", "two_layers", "accumulator", "filters"])
def test_survives_and_is_forgotten(name: str, tmp_path: Path) -> None:
    """Run after run; saved and restored; reset, also half-way; self-test."""
    program = program_of(name, "m")
    files = emit.render(program, verify.golden_vectors(program.model, 4))
    build_and_run(tmp_path, MAIN, files)


def test_rows(tmp_path: Path) -> None:
    """With pushed rows the next image begins when the caller says so."""
    program = program_of("accumulator", "m", input_rows=True)
    build_and_run(tmp_path, ROWS, emit.render(program))


def test_shared_arena(tmp_path: Path) -> None:
    """A model keeps its state while another one runs in the same arena."""
    programs = driver.share_arena([program_of(n, n) for n in ("stream", "filters")])
    files = emit.render_together([(p, ()) for p in programs], shared_arena=True)
    build_and_run(tmp_path, SHARED, files)


def test_sizes() -> None:
    """The state counts as part of the arena, and is told apart in the manifest."""
    program = program_of("filters", "m")
    report = json.loads(emit.render(program)["m.json"])
    assert report["state_bytes"] == 2 * 5 * 4 + 2 * 3 * 3 + 2  # and padding to 4
    assert report["arena_bytes"] == program.arena_bytes > report["state_bytes"]


def test_no_state_no_interface() -> None:
    """Libraries without state have none of it."""
    options = driver.Options(name="m")
    program = driver.compile_model(OWN_MODELS["chain"](), "m.tflite", options)
    files = emit.render(program)
    for text in (files["m.h"], files["m.c"]):
        assert "m_state(" not in text and "STATE_SIZE" not in text and "m_next" not in text


@pytest.mark.parametrize("name", ["stream", "two_layers", "filters"])
def test_format(name: str, tmp_path: Path) -> None:
    """What only these libraries have is formatted, too."""
    program = program_of(name, "m")
    files = emit.render(program, verify.golden_vectors(program.model, 1))
    paths = [tmp_path / n for n in files if "/" not in n and n.endswith((".c", ".h"))]
    for path in paths:
        path.write_text(files[path.name], encoding="utf-8")
    formatter, style = Path(sys.executable).parent / "clang-format", ROOT / ".clang-format"
    invoke([formatter, f"--style=file:{style}", "--dry-run", "-Werror", *paths])
