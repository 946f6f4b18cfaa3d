"""Operators whose outputs are each made of many elements of one input."""
