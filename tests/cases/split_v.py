"""SPLIT_V."""

from cases.splits import split_v

cases = split_v()
