"""RELU_N1_TO_1, with and without a change of quantization."""

from __future__ import annotations

from cases.unary import bounded, unary

cases = unary("RELU_N1_TO_1", interpretable=bounded)
