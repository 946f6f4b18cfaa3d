"""RELU, with and without a change of quantization."""

from __future__ import annotations

from cases.unary import unary

cases = unary("RELU", dtypes=("int8", "int16"))
