"""ADD."""

from __future__ import annotations

from cases.elementwise import elementwise
from cases.sums import ARITHMETIC, output_scale

cases = elementwise("ADD", output_scale, dtypes=ARITHMETIC, pot_scale_int16=False)
