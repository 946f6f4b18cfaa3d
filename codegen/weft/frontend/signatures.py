"""Which subgraph is compiled, and what its author calls its inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weft.errors import CompileError
from weft.frontend.reader import RawFile, RawModel, RawSignature

MAIN = 0  # the subgraph that is compiled when nobody chooses


def choose(file: RawFile, wanted: str | None) -> tuple[RawModel, RawSignature | None]:
    """The subgraph of a signature, by default the first; the signature that describes it."""
    signatures = file.signatures()
    if wanted is None:
        signature = next((s for s in signatures if s.subgraph == MAIN), None)
        return file.subgraph(MAIN), signature
    signature = next((s for s in signatures if s.key == wanted), None)
    if signature is None:
        known = ", ".join(s.key for s in signatures)
        raise CompileError(
            f"the model has no signature {wanted!r}",
            hint=f"it has {known}" if known else "it has none: leave the option out",
        )
    if signature.subgraph >= file.count:
        raise CompileError(
            f"signature {wanted!r} is of subgraph {signature.subgraph}, but the model has "
            f"{file.count} subgraphs"
        )
    return file.subgraph(signature.subgraph), signature


def port_names(tensors: Sequence[int], names: Mapping[int, str]) -> tuple[str, ...]:
    """The names of some tensors; all of them or none."""
    if not set(tensors) <= names.keys():
        return ()
    return tuple(names[t] for t in tensors)
