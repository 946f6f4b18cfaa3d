"""SPACE_TO_BATCH_ND, see `blocks`."""

from __future__ import annotations

from cases.blocks import batches

cases = batches("SPACE_TO_BATCH_ND", split=True)
