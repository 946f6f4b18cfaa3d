"""SPACE_TO_DEPTH, see `blocks`."""

from __future__ import annotations

from cases.blocks import depths

cases = depths("SPACE_TO_DEPTH", deeper=True)
