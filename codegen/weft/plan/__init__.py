"""Place blocks in one arena. Knows sizes and pairwise distances, nothing of tensors or time."""

from weft.plan.place import Placement, Problem, place

__all__ = ["Placement", "Problem", "place"]
