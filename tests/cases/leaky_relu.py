"""LEAKY_RELU, also with slopes that are negative, nought or steep."""

from __future__ import annotations

from hypothesis import strategies as st

from cases.unary import unary

_SLOPES = st.sampled_from((0.0, 1.0, -0.5, 0.25, 0.01)) | st.floats(-3, 3, width=32)

cases = unary("LEAKY_RELU", dtypes=("int8", "int16"), alpha=_SLOPES)
