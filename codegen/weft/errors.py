"""The one exception type that users see. Everything else is a bug in weft."""

from __future__ import annotations


class CompileError(Exception):
    """The input cannot be used; the message says what, where, and what to do, on one line.

    `where` names the operator or tensor by index and name, as Netron shows them.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}; {hint}" if hint else text)


class BudgetError(CompileError):
    """No schedule fits the memory that the user allows."""
