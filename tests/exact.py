"""Batches of programs, and whether what ran is exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from host_build import Batch

from weft import emit, verify
from weft.ops.base import Values
from weft.program import Program


def sampled(programs: Iterable[Program], count: int = 4) -> Batch:
    """Programs of different names with inputs for each."""
    return [(p, verify.make_samples(p.model, count)) for p in programs]


def expect_formulas(batch: Batch, traces: Iterable[Sequence[Values]]) -> None:
    """Every layer of every program is that of the formulas."""
    for (program, samples), found in zip(batch, traces, strict=True):
        view, reference = emit.harness_view(program), verify.NumpyReference(program.model)
        verdict = verify.compare(program, view, samples, found, reference)
        assert verdict.bit_exact, f"{program.name}: {verdict.first_mismatch}"
