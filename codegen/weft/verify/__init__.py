"""Prove a generated library: run it on samples and compare every layer, bit by bit."""

from weft.verify.compare import Verdict, compare
from weft.verify.reference import NumpyReference, Reference, find_reference, golden_vectors
from weft.verify.run import run_host, run_sanitized, run_target
from weft.verify.samples import Samples, load_samples, make_samples
from weft.verify.toolchain import (
    RunError,
    build,
    emulate_command,
    emulator_of,
    host_compiler,
    run,
)

__all__ = [
    "NumpyReference",
    "Reference",
    "RunError",
    "Samples",
    "Verdict",
    "build",
    "compare",
    "emulate_command",
    "emulator_of",
    "find_reference",
    "golden_vectors",
    "host_compiler",
    "load_samples",
    "make_samples",
    "run",
    "run_host",
    "run_sanitized",
    "run_target",
]
