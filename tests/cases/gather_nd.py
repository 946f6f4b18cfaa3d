"""GATHER_ND."""

from cases.gathers import gather_nd

cases = gather_nd()
