"""The errors that reach a person: what was wrong, where, and what to do; each knows its exit code."""

from typing import ClassVar


class SodaiError(Exception):
    """Base of all errors that a user can cause or mend.

    Parameters
    ----------
    what : str
        What was wrong and where, in one sentence without a final stop.
    got, allowed : object, optional
        The offending value and what would have been accepted.
    hint : str, optional
        What to do next, in the imperative.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, got: object = None, allowed: object = None, hint: str = "") -> None:
        self.what, self.got, self.allowed, self.hint = what, got, allowed, hint
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.what]
        if self.got is not None:
            parts.append(f"got {self.got}")
        if self.allowed is not None:
            parts.append(f"allowed: {self.allowed}")
        text = "; ".join(parts) + "."
        return f"{text} {self.hint}" if self.hint else text


class UsageError(SodaiError):
    """A command, argument or setting that makes no sense."""

    exit_code = 2


class InputError(SodaiError):
    """Data that cannot be used as it was delivered."""

    exit_code = 2


class HomeError(SodaiError):
    """A home that cannot be written or that another run holds."""

    exit_code = 2


class ServiceError(SodaiError):
    """A database, registry or store that does not answer."""

    exit_code = 1


class GateRefusedError(SodaiError):
    """A gate said no: nothing failed, and nothing was changed."""

    exit_code = 3
