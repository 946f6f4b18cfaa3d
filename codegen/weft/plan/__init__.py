"""Place blocks in one arena. Knows sizes and pairwise distances, nothing of tensors or time."""

from weft.plan.place import ATTEMPTS, Placement, Problem, place

__all__ = ["ATTEMPTS", "Placement", "Problem", "place"]
