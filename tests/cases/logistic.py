"""LOGISTIC."""

from __future__ import annotations

from cases.sigmoids import INPUT_SCALES, same_table
from cases.unary import unary

cases = unary(
    "LOGISTIC",
    input_scale=INPUT_SCALES,
    dtypes=("int8", "int16"),
    fixed={"int8": (1 / 256, -128), "int16": (2.0**-15, 0)},
    interpretable=same_table,
)
