"""GATHER."""

from cases.gathers import gather

cases = gather()
