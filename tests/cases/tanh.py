"""TANH."""

from __future__ import annotations

from cases.sigmoids import INPUT_SCALES, same_table
from cases.unary import unary

cases = unary(
    "TANH",
    input_scale=INPUT_SCALES,
    dtypes=("int8", "int16"),
    fixed={"int8": (1 / 128, 0), "int16": (2.0**-15, 0)},
    interpretable=same_table,
)
