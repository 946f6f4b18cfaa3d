"""ELU. The interpreter's reference kernels do not have it."""

from __future__ import annotations

from cases.unary import unary

cases = unary("ELU", interpretable=lambda *_: False)
