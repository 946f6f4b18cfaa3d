"""The text of two small models, reviewed: the graph after each pass, and the generated files."""

from __future__ import annotations

import pytest
from golden_files import Golden
from own_models import OWN_MODELS

from weft import driver, emit


@pytest.mark.parametrize("name", OWN_MODELS)
def test_text(name: str, golden: Golden) -> None:
    """Stages and files of a model."""
    stages: list[str] = []
    latest = ""

    def note(stage: str, text: str) -> None:
        nonlocal latest
        same = text == latest
        stages.append(f"; after {stage}" + (": nothing changed\n" if same else f"\n{text}"))
        latest = text

    options = driver.Options(name=name, optimize="latency")
    program = driver.compile_model(OWN_MODELS[name](), f"{name}.tflite", options, note)
    files = {n: t for n, t in emit.render(program).items() if not n.startswith("weft/")}
    texts = {f"{name}/stages.txt": "\n".join(stages)}
    golden.check(texts | {f"{name}/{n}": text for n, text in files.items()})
