"""Plans of several models for one arena: only what outlives an inference must not overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from weft.weave.rules import Claim

_Key = TypeVar("_Key")


def share_arena(claims: Sequence[Claim]) -> list[Claim]:
    """The plans with the states of all models at the start of the arena, one behind the other,
    and all else above them. To be proved again."""
    total = sum(len(claim.region) for claim in claims)
    shared, begin = [], 0
    for claim in claims:
        shared.append(_moved(claim, begin - claim.region.start, total - claim.work))
        begin += len(claim.region)
    return shared


def _moved(claim: Claim, states: int, rest: int) -> Claim:
    """A plan with its states and all else so many bytes further up."""
    apart = {claim.owners.get(t, t) for pair in claim.carried for t in pair}
    region = range(claim.region.start + states, claim.region.stop + states)
    return replace(
        claim,
        offsets={t: at + (states if t in apart else rest) for t, at in claim.offsets.items()},
        scratch=_up(claim.scratch, rest),
        state=_up(claim.state, rest),
        arena_bytes=claim.arena_bytes + rest,
        region=region,
        work=claim.work + rest,
    )


def _up(offsets: Mapping[_Key, int], by: int) -> dict[_Key, int]:
    return {key: at + by for key, at in offsets.items()}
