"""Operators that multiply by weights: convolutions, dense layers, products of matrices."""
