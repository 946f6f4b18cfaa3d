"""Operators that remember something between inferences."""
