"""The command line: arguments in, messages and tables out. One module per command."""

from weft.cli.app import main

__all__ = ["main"]
