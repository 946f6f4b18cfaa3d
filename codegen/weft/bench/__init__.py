"""Measure a generated library on an emulated board: instructions, cycles, flash, RAM, result."""

from weft.bench.document import Change, Document, compare, document, per_mac
from weft.bench.measure import Figures, measure

__all__ = ["Change", "Document", "Figures", "compare", "document", "measure", "per_mac"]
