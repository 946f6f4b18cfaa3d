"""SELECT_V2."""

from __future__ import annotations

from cases.alike import alike

cases = alike("SELECT_V2", ("int8", "int16", "int32", "bool"), conditional=True)
