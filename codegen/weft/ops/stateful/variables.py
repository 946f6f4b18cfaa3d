"""Operators of resource variables, which are gone when the model is read: they become states."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLE_OPERATORS: Mapping[str, tuple[str, str]] = {
    "VAR_HANDLE": ("A variable, which keeps its value between inferences.", "one output"),
    "READ_VARIABLE": (
        "What a variable holds.",
        "it was assigned before, in this inference or by an init subgraph",
    ),
    "ASSIGN_VARIABLE": (
        "Lets a variable hold a tensor.",
        "it has type, shape and quantization of what is read",
    ),
    "CALL_ONCE": (
        "Runs an init subgraph before the first inference.",
        "the subgraph assigns constants to variables and does nothing else",
    ),
}
"""For people: what each operator does, and on what condition."""
