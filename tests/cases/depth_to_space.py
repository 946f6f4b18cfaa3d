"""DEPTH_TO_SPACE, see `blocks`."""

from __future__ import annotations

from cases.blocks import depths

cases = depths("DEPTH_TO_SPACE", deeper=False)
