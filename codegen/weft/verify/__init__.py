"""Prove a generated library: run it on samples and compare every layer, bit by bit."""

from weft.verify.compare import Verdict, compare
from weft.verify.reference import NumpyReference, Reference, find_reference, golden_vectors
from weft.verify.run import RunError, run_host, run_sanitized, run_target
from weft.verify.samples import Samples, load_samples, make_samples

__all__ = [
    "NumpyReference",
    "Reference",
    "RunError",
    "Samples",
    "Verdict",
    "compare",
    "find_reference",
    "golden_vectors",
    "load_samples",
    "make_samples",
    "run_host",
    "run_sanitized",
    "run_target",
]
