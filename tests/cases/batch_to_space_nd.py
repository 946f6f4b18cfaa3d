"""BATCH_TO_SPACE_ND, see `blocks`."""

from __future__ import annotations

from cases.blocks import batches

cases = batches("BATCH_TO_SPACE_ND", split=False)
