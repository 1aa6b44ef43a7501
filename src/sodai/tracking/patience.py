"""Asking a store that may not answer: a few tries within a budget of seconds, then one clear error."""

import errno
import http.client
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError

import stamina

from sodai.settings import HomeError, ServiceError, SodaiError

T = TypeVar("T")

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
_TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504})
# MLflow gives INTERNAL_ERROR to every connection that failed or timed out.
_TRANSIENT_CODES = frozenset({"INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"})
_DENIED_CODES = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED", "CUSTOMER_UNAUTHORIZED"})


class Verdict(Enum):
    """What a failure means for the next step."""

    TRANSIENT = auto()  # the same question may be answered in a moment
    FULL = auto()  # the disk under the store is full
    DENIED = auto()  # the store wants to know who asks
    REFUSED = auto()  # the answer is no, and stays no


@dataclass(frozen=True)
class Patience:
    """How often and how long to ask a store.

    Parameters
    ----------
    address : str
        The store, in words that begin a sentence; free of credentials, since people see it.
    attempts : int
        Tries of one question.
    seconds : float
        Budget of one question, all tries together.
    hint : str
        What a person can do when no try was answered.
    """

    address: str
    attempts: int
    seconds: float
    hint: str = ""

    @property
    def request_seconds(self) -> float:
        """How long one try may take, so that all of them stay within the budget."""
        return self.seconds / self.attempts

    def call(self, doing: str, question: Callable[[], T]) -> T:
        """Return the answer to ``question``, asked again after failures that may pass.

        Parameters
        ----------
        doing : str
            What it is for, as in "the registry did not answer while ``doing``".
        question : callable
            Must be safe to repeat: a try that timed out may have been heard.

        Raises
        ------
        ServiceError
            If no try was answered, or the answer was no.
        HomeError
            If the disk under the store is full.
        """
        caller = stamina.RetryingCaller(
            attempts=self.attempts,
            timeout=self.seconds,
            wait_initial=FIRST_WAIT_SECONDS,
            wait_max=LONGEST_WAIT_SECONDS,
        )
        try:
            return caller(lambda error: judge(error) is Verdict.TRANSIENT, question)
        except SodaiError:
            raise
        except _failures() as error:
            raise self._explained(error, doing) from error

    def _explained(self, error: Exception, doing: str) -> SodaiError:
        verdict = judge(error)
        if verdict is Verdict.FULL:
            return HomeError(
                f"the disk under {self.address} is full (while {doing})",
                hint="Free some space, then run again.",
            )
        if verdict is Verdict.DENIED:
            return ServiceError(
                f"{self.address} does not let us in (while {doing})",
                hint="Set tracking.username and tracking.password, or tracking.token.",
            )
        verb = "did not answer" if verdict is Verdict.TRANSIENT else "refused"
        return ServiceError(
            f"{self.address} {verb} while {doing}",
            got=_short(error),
            hint=self.hint if verdict is Verdict.TRANSIENT else "",
        )


def judge(error: BaseException) -> Verdict:
    """Say what ``error``, raised while a store was asked, means."""
    if _disk_is_full(error):
        return Verdict.FULL
    status = _http_status(error)
    code = getattr(error, "error_code", None)
    if status in (401, 403) or code in _DENIED_CODES:
        return Verdict.DENIED
    if status is not None:
        return Verdict.TRANSIENT if status in _TRANSIENT_STATUS else Verdict.REFUSED
    return Verdict.TRANSIENT if code in _TRANSIENT_CODES or _connection_failed(error) else Verdict.REFUSED


def _failures() -> tuple[type[Exception], ...]:
    """Return what a store raises; errors of libraries that are not loaded cannot have been raised."""
    known: list[type[Exception]] = [OSError, sqlite3.Error, http.client.HTTPException]
    for module, name in (("mlflow.exceptions", "MlflowException"), ("sqlalchemy.exc", "SQLAlchemyError")):
        if module in sys.modules:
            known.append(getattr(sys.modules[module], name))
    return tuple(known)


def _disk_is_full(error: BaseException) -> bool:
    number = getattr(error, "errno", None)
    return number in (errno.ENOSPC, errno.EDQUOT) or "database or disk is full" in str(error)


def _http_status(error: BaseException) -> int | None:
    """Return the HTTP status that urllib, requests or MLflow put into their errors, if there is one."""
    if isinstance(error, HTTPError):
        return error.code
    response: Any = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


def _connection_failed(error: BaseException) -> bool:
    if isinstance(error, URLError | ConnectionError | TimeoutError | http.client.HTTPException):
        return True
    if isinstance(error, sqlite3.OperationalError):
        return "locked" in str(error)
    requests = sys.modules.get("requests.exceptions")
    return requests is not None and isinstance(error, requests.ConnectionError | requests.Timeout)


def _short(error: BaseException) -> str:
    """Return the first line of what the library said, without a trailing stop."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:300].rstrip(". ")
