"""Operators whose outputs are each made of the same place of their inputs."""
