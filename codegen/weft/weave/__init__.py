"""Rows in time: layers cut into steps, their order, their bands, and the proof of the plan."""

from weft.weave.arrange import Arrangement, Setting, arrange, claim
from weft.weave.bands import Band
from weft.weave.check import check
from weft.weave.goal import GOALS, Schedule, peaks, schedule
from weft.weave.layers import Layer, Reader, Writer, layers
from weft.weave.life import Storage
from weft.weave.rules import Claim, PlanError
from weft.weave.segments import layer_by_layer, least_memory
from weft.weave.sharing import share_arena

__all__ = [
    "GOALS",
    "Arrangement",
    "Band",
    "Claim",
    "Layer",
    "PlanError",
    "Reader",
    "Schedule",
    "Setting",
    "Storage",
    "Writer",
    "arrange",
    "check",
    "claim",
    "layer_by_layer",
    "layers",
    "least_memory",
    "peaks",
    "schedule",
    "share_arena",
]
