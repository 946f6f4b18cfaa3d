"""GELU, both ways."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.common import powers
from cases.unary import unary

cases = unary("GELU", input_scale=powers(-9, 0) | powers(-20, 4), approximate=st.booleans())
