"""SPLIT."""

from cases.splits import split

cases = split()
