"""MAX_POOL_2D."""

from __future__ import annotations

from cases.pools import pools

cases = pools("MAX_POOL_2D")
