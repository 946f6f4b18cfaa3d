"""RELU6, with and without a change of quantization."""

from __future__ import annotations

from cases.unary import bounded, unary

cases = unary("RELU6", dtypes=("int8", "int16"), interpretable=bounded)
