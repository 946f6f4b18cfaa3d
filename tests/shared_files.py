"""Finds the folder of published models and recorded results, which is no part of the repository."""

from __future__ import annotations

import os
from pathlib import Path


def shared_folder() -> Path | None:
    """The folder that WEFT_SHARED names, or `shared` beside the repository; None without one."""
    named = os.environ.get("WEFT_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    return folder if (folder / "models").is_dir() else None


def shared_models() -> list[Path]:
    """The published models, in the order of their names; none without the folder."""
    folder = shared_folder()
    return [] if folder is None else sorted((folder / "models").glob("*.tflite"))
