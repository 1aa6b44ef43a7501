"""Finding model versions and aliases without importing MLflow, whose seconds `sodai predict` cannot spare.

MLflow stays the only place where they are written and kept. Here they are read: from a server through its
REST API, from the home's own store with a SELECT. Both are answers from MLflow's tables, never out of date.
"""

import base64
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from sodai.settings import HomeError, ServiceError
from sodai.tracking.headers import request_headers
from sodai.tracking.patience import Patience
from sodai.tracking.version import ModelVersion, from_milliseconds

LOCK_WAIT_SECONDS = 20.0
PAGE = 200


class Lookup(Protocol):
    """What can be asked of a registry."""

    def aliases(self) -> dict[str, int]:
        """Return which version each alias points to; empty when nothing is registered."""
        ...

    def version(self, number: int) -> ModelVersion | None:
        """Return one version, if there is one of that number."""
        ...

    def versions(self) -> list[ModelVersion]:
        """Return all versions, newest first."""
        ...


@dataclass(frozen=True)
class StoreLookup:
    """Reads MLflow's tables in the SQLite file of a home; a file that does not exist yet holds nothing."""

    file: Path
    name: str
    patience: Patience

    def aliases(self) -> dict[str, int]:
        """Return which version each alias points to."""
        return dict(
            self._rows("SELECT alias, version FROM registered_model_aliases WHERE name = ?", self.name)
        )

    def version(self, number: int) -> ModelVersion | None:
        """Return one version, if there is one of that number."""
        return next(iter(self._versions("AND version = ?", number)), None)

    def versions(self) -> list[ModelVersion]:
        """Return all versions, newest first."""
        return self._versions("")

    def _versions(self, condition: str, *values: int) -> list[ModelVersion]:
        found = self._rows(
            "SELECT version, coalesce(run_id, ''), creation_time FROM model_versions "  # noqa: S608 (ours)
            f"WHERE name = ? AND current_stage <> 'Deleted_Internal' {condition} ORDER BY version DESC",
            self.name,
            *values,
        )
        tags: dict[int, dict[str, str]] = {}
        for number, key, value in self._rows(
            f"SELECT version, key, value FROM model_version_tags WHERE name = ? {condition}",  # noqa: S608 (ours)
            self.name,
            *values,
        ):
            tags.setdefault(number, {})[key] = value
        return [
            ModelVersion(self.name, number, run_id, from_milliseconds(created), tags.get(number, {}))
            for number, run_id, created in found
        ]

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if not self.file.exists():
            return []
        return self.patience.call("reading the registry", lambda: self._select(statement, values))

    def _select(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            # rw, not ro: a reader must be able to roll back what a killed writer left behind.
            with closing(
                sqlite3.connect(f"file:{quote(str(self.file))}?mode=rw", uri=True, timeout=LOCK_WAIT_SECONDS)
            ) as connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            if _may_pass(error):
                raise
            raise HomeError(
                f"the MLflow store {self.file} is damaged: {error}",
                hint="Restore it from a backup, or move its folder away and retrain.",
            ) from error


def _may_pass(error: sqlite3.DatabaseError) -> bool:
    """Tell locked, full and not permitted from what no second try will mend."""
    return isinstance(error, sqlite3.OperationalError) and "no such" not in str(error)


@dataclass(frozen=True)
class ServerLookup:
    """Asks an MLflow server through its REST API. ``authorization`` is the header's value, empty for none."""

    uri: str
    name: str
    patience: Patience
    authorization: str = ""

    def aliases(self) -> dict[str, int]:
        """Return which version each alias points to."""
        answer = self._get("registered-models/get", {"name": self.name})
        pairs = answer.get("registered_model", {}).get("aliases", [])
        return {pair["alias"]: int(pair["version"]) for pair in pairs}

    def version(self, number: int) -> ModelVersion | None:
        """Return one version, if there is one of that number."""
        answer = self._get("model-versions/get", {"name": self.name, "version": str(number)})
        return self._parsed(answer["model_version"]) if answer else None

    def versions(self) -> list[ModelVersion]:
        """Return all versions, newest first."""
        return sorted(self._pages(), key=lambda found: -found.version)

    def _pages(self) -> Iterator[ModelVersion]:
        query = {"filter": f"name = '{self.name}'", "max_results": str(PAGE)}
        token = None
        while token is None or token:
            answer = self._get("model-versions/search", {**query, **({"page_token": token} if token else {})})
            yield from map(self._parsed, answer.get("model_versions", []))
            token = answer.get("next_page_token", "")

    def _parsed(self, raw: Mapping[str, Any]) -> ModelVersion:
        tags = {tag["key"]: tag.get("value", "") for tag in raw.get("tags", [])}
        created = from_milliseconds(int(raw["creation_timestamp"]))
        return ModelVersion(self.name, int(raw["version"]), raw.get("run_id", ""), created, tags)

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer, empty when what was asked for does not exist."""
        url = f"{self.uri}/api/2.0/mlflow/{path}?{urlencode(query)}"
        return self.patience.call("reading the registry", lambda: self._ask(url))

    def _ask(self, url: str) -> dict[str, Any]:
        headers = request_headers()
        if self.authorization:
            headers["Authorization"] = self.authorization
        request = Request(url, headers=headers)  # noqa: S310 (the scheme was checked when the store was addressed)
        try:
            with urlopen(request, timeout=self.patience.request_seconds) as answer:  # noqa: S310
                body = answer.read()
        except HTTPError as error:
            with error:
                if error.code == 404 and _error_code(error.read()) == "RESOURCE_DOES_NOT_EXIST":
                    return {}
            raise
        return self._decoded(body)

    def _decoded(self, body: bytes) -> dict[str, Any]:
        try:
            decoded = json.loads(body)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            raise ServiceError(
                f"{self.patience.address} answers, but not as an MLflow server does",
                hint="Name the server itself in tracking.uri, with its path if it has one.",
            )
        return decoded


def authorization(username: str | None, password: str | None, token: str | None) -> str:
    """Return the value of the HTTP header Authorization, by the rule MLflow's own client follows.

    >>> authorization("ana", "secreto", None)
    'Basic YW5hOnNlY3JldG8='
    >>> authorization(None, None, "t0")
    'Bearer t0'
    """
    if username and password:
        return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
    return f"Bearer {token}" if token else ""


def _error_code(body: bytes) -> str:
    try:
        return str(json.loads(body).get("error_code", ""))
    except (ValueError, AttributeError):
        return ""
