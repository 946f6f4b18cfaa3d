"""Golden files: texts that are reviewed once and then stay the same."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pytest

_SHOWN = 60  # lines of a difference


@dataclass(frozen=True)
class Golden:
    """A folder of golden files. An update fails once, so that it cannot go unseen."""

    folder: Path
    update: bool

    def check(self, texts: dict[str, str]) -> None:
        """Compare each text with the file of its name."""
        differing = [name for name, text in texts.items() if self._stored(name) != text]
        if self.update:
            for name in differing:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(texts[name], encoding="utf-8", newline="\n")
            if differing:
                pytest.fail(f"rewritten, review them: {', '.join(differing)}", pytrace=False)
        for name in differing:
            pytest.fail(
                f"golden/{name} differs; --update-golden rewrites it\n"
                + self._difference(name, texts[name]),
                pytrace=False,
            )

    def _stored(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def _difference(self, name: str, text: str) -> str:
        lines = difflib.unified_diff(
            (self._stored(name) or "").splitlines(), text.splitlines(), "stored", "now", lineterm=""
        )
        return "\n".join(list(lines)[:_SHOWN])
