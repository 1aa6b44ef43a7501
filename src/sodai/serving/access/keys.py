"""API keys: made once, shown once, kept as hashes in the home.

A key is 256 random bits, so that one SHA-256 keeps it as safe as a slow hash would: nothing can be guessed.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock

from sodai.data import read_json, write_json
from sodai.settings import UsageError

PREFIX = "sodai_"


class Scope(StrEnum):
    """What a key may do; ``admin`` may do everything."""

    READ = "read"
    SCORE = "score"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True)
class KeyRecord:
    """A key as it is kept.

    Parameters
    ----------
    id : str
        Shown in lists and logs; the key begins with it.
    name : str
        Whom it was given to.
    scopes : tuple of Scope
    created : str
        When (ISO 8601, UTC).
    digest : str
        SHA-256 of the whole key.
    revoked : str, optional
        When it was taken back.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: str
    digest: str
    revoked: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it has a scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class KeyBook:
    """The keys of a home."""

    def __init__(self, home: Path) -> None:
        self._file = home / "serving" / "keys.json"
        self._seen: tuple[int, int] | None = None
        self._records: list[KeyRecord] = []
        self._by_digest: dict[str, KeyRecord] = {}

    def records(self) -> list[KeyRecord]:
        """All keys, revoked ones too, oldest first; read again when the file is another."""
        self.refresh()
        return list(self._records)

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever made."""
        return not self._records

    def refresh(self) -> None:
        """Read the file if it was replaced.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        try:
            found = self._file.stat()
        except FileNotFoundError:
            signature = None
        else:
            signature = (found.st_mtime_ns, found.st_ino)
        if signature != self._seen:
            raw = read_json(self._file) if signature else []
            self._records = [_record(one) for one in raw]
            self._by_digest = {one.digest: one for one in self._records if one.revoked is None}
            self._seen = signature

    def find(self, key: str) -> KeyRecord | None:
        """Return the record of a key that is good."""
        return self._by_digest.get(_digest(key))

    def create(self, name: str, scopes: Iterable[Scope]) -> tuple[str, KeyRecord]:
        """Make a key; it is returned here and never again.

        Raises
        ------
        UsageError
            If it has no name or no scope, or a key of that name is in use.
        """
        wanted = tuple(dict.fromkeys(scopes))
        if not name.strip() or not wanted:
            raise UsageError("a key needs a name and at least one scope", allowed=", ".join(Scope))
        identity = secrets.token_hex(4)
        key = f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"
        record = KeyRecord(identity, name.strip(), wanted, _now(), _digest(key))
        with self._alone():
            if any(one.name == record.name and one.revoked is None for one in self.records()):
                raise UsageError(
                    "a key of that name is in use", got=name, hint="Revoke it first, or choose another name."
                )
            self._write([*self._records, record])
        return key, record

    def revoke(self, reference: str) -> KeyRecord:
        """Take a key back, by its id or name.

        Raises
        ------
        UsageError
            If no key in use is called that.
        """
        with self._alone():
            used = [one for one in self.records() if one.revoked is None]
            found = next((one for one in used if reference in (one.id, one.name)), None)
            if found is None:
                known = ", ".join(one.name for one in used) or "none"
                raise UsageError("no key in use is called that", got=reference, allowed=known)
            revoked = KeyRecord(**{**asdict(found), "revoked": _now()})
            self._write([revoked if one.id == found.id else one for one in self._records])
        return revoked

    def _alone(self) -> FileLock:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._file.with_suffix(".lock"), timeout=10)

    def _write(self, records: list[KeyRecord]) -> None:
        write_json(self._file, [asdict(one) for one in records])
        self._file.chmod(0o600)
        self.refresh()


def _record(raw: dict[str, object]) -> KeyRecord:
    scopes = tuple(Scope(str(one)) for one in raw.pop("scopes"))  # type: ignore[attr-defined]
    return KeyRecord(scopes=scopes, **raw)  # type: ignore[arg-type]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
