"""Errors a person can act on: what is wrong, where, and what to do about it."""

from collections.abc import Iterable
from difflib import get_close_matches


class RiskEngineError(Exception):
    """An error with a remedy. `exit_code` is what the command line returns for it.

    >>> print(InputError("column 'due_on' is missing", where="invoices.csv", remedy="map it under tables.invoices"))
    invoices.csv: column 'due_on' is missing. Remedy: map it under tables.invoices
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.__str__())

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f". Remedy: {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class UsageError(RiskEngineError):
    """The request itself is wrong: an unknown name, an impossible combination."""

    exit_code = 2


class FindingsError(RiskEngineError):
    """The work was done and its result is over a gate (failed policy checks, failed acceptance)."""

    exit_code = 3


class InputError(RiskEngineError):
    """The data or a file of the user is invalid."""

    exit_code = 4


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the most similar known name, or lists what is known when few.

    >>> nearest("invoces", ["invoices", "payments"])
    "did you mean 'invoices'?"
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    shown = ", ".join(names[:20])
    return f"known: {shown}" + (", ..." if len(names) > 20 else "")
