"""SELECT."""

from __future__ import annotations

from cases.alike import alike

cases = alike("SELECT", ("int8", "int16", "int32"), conditional=True, broadcasts=False)
