"""UNPACK."""

from cases.splits import unpack

cases = unpack()
