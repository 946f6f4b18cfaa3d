"""The same model and options give the same bytes, wherever and whenever weft runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from own_models import OWN_MODELS

PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
)


def generated(model: Path, folder: Path, settings: dict[str, str]) -> dict[str, bytes]:
    """All files, from a process of its own that runs in `folder`."""
    folder.mkdir()
    path = os.pathsep.join(os.path.abspath(p) for p in sys.path if p)  # noqa: PTH100
    command = [sys.executable, "-m", "weft", "compile", os.path.relpath(model, folder), "-o", "out"]
    subprocess.run(
        [*command, "--golden", "2"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, **settings},
        check=True,
        capture_output=True,
        timeout=120,
    )
    out = folder / "out"
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", OWN_MODELS)
def test_same_bytes(name: str, tmp_path: Path) -> None:
    """Another hash seed, time zone, locale and directory change nothing; no path leaks."""
    model = tmp_path / f"{name}.tflite"
    model.write_bytes(OWN_MODELS[name]())
    first, second = (
        generated(model, tmp_path / f"place{i}", settings) for i, settings in enumerate(PLACES)
    )
    assert first.keys() == second.keys()
    assert [n for n in first if first[n] != second[n]] == []
    for file, content in first.items():
        for private in (tmp_path, Path(sys.prefix), Path(__file__).parents[1]):
            assert str(private).encode() not in content, file
        assert b"\r" not in content, file
