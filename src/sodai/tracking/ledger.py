"""The promotion ledger: who was champion when, and why. MLflow keeps who holds an alias, not who held it.

JSON lines, one promotion each, only ever appended to. Each line carries the digest of the line before it, so
a line that was edited, removed or moved is noticed; lines cut off at the end are not, which no file can
notice about itself.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import structlog

from sodai.settings import HomeError

Action = Literal["promote", "rollback"]
GENESIS = "0" * 64


@dataclass(frozen=True)
class Promotion:
    """One change of champion.

    Parameters
    ----------
    number : int
        1 for the first.
    at : str
        When, in UTC (ISO 8601).
    action : {"promote", "rollback"}
    version, previous : int, int or None
        The version that became champion, and the one it took over from.
    why : str
        In words.
    run_id : str
        The weekly run that promoted it; empty when a person did.
    evidence : mapping
        The figures behind it, as JSON holds them.
    before, digest : str
        Digest (sha256) of the line before, and of this one.
    """

    number: int
    at: str
    action: Action
    version: int
    previous: int | None
    why: str
    run_id: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    before: str = GENESIS
    digest: str = ""

    def sealed(self) -> "Promotion":
        """Return the same promotion with its digest."""
        return Promotion(**{**self._content(), "digest": self._computed()})

    @property
    def intact(self) -> bool:
        """Whether the digest still fits the content."""
        return self.digest == self._computed()

    def line(self) -> str:
        """Return it as the ledger holds it, without the line's end."""
        return _canonical(asdict(self))

    def _content(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "digest"}

    def _computed(self) -> str:
        return hashlib.sha256(_canonical(self._content()).encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """The ledger in ``file``, which need not exist yet."""

    file: Path

    def entries(self) -> list[Promotion]:
        """Return all promotions, oldest first. A last line that a crash cut off was never promised: skipped.

        Raises
        ------
        HomeError
            If the file cannot be read, or a line was edited, removed or moved.
        """
        entries, _ = self._read()
        return entries

    def append(
        self,
        action: Action,
        version: int,
        previous: int | None,
        *,
        why: str,
        run_id: str,
        evidence: Mapping[str, Any],
    ) -> Promotion:
        """Add a promotion and flush it to the disk before returning it.

        Raises
        ------
        HomeError
            If the ledger was edited, or the disk refuses.
        """
        entries, sound_bytes = self._read()
        entry = Promotion(
            number=len(entries) + 1,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            action=action,
            version=version,
            previous=previous,
            why=why,
            run_id=run_id,
            evidence=_finite(evidence),
            before=entries[-1].digest if entries else GENESIS,
        ).sealed()
        try:
            self._write(entry, sound_bytes)
        except OSError as error:
            raise HomeError(
                f"cannot write {self.file}: {error.strerror or error}",
                hint="Free some space, then run again.",
            ) from error
        return entry

    def find(self, run_id: str, version: int) -> Promotion | None:
        """Return the promotion of ``version`` by the run ``run_id``, if there was one."""
        matches = (
            e for e in self.entries() if e.action == "promote" and (e.run_id, e.version) == (run_id, version)
        )
        return next(matches, None)

    def champion_at(self, moment: datetime) -> Promotion | None:
        """Return the promotion that made the champion of ``moment`` (which has a time zone), if any."""
        until = [entry for entry in self.entries() if datetime.fromisoformat(entry.at) <= moment]
        return until[-1] if until else None

    def _read(self) -> tuple[list[Promotion], int]:
        """Return the entries and how many bytes of the file they take."""
        try:
            content = self.file.read_bytes()
        except FileNotFoundError:
            return [], 0
        except OSError as error:
            raise HomeError(f"cannot read {self.file}: {error.strerror or error}") from error
        entries: list[Promotion] = []
        sound = 0
        for line in content.splitlines(keepends=True):
            entry = _parsed(line)
            if entry is None and not line.endswith(b"\n"):
                structlog.get_logger("sodai.tracking").warning(
                    "ledger_line_torn", file=str(self.file), bytes=len(line)
                )
                break
            entries.append(self._linked(entry, entries))
            sound += len(line)
        return entries, sound

    def _linked(self, entry: Promotion | None, before: list[Promotion]) -> Promotion:
        expected = before[-1].digest if before else GENESIS
        if entry is None or not entry.intact or entry.before != expected or entry.number != len(before) + 1:
            raise HomeError(
                f"the promotion ledger {self.file} was edited: line {len(before) + 1} breaks the chain",
                hint="Restore it from a backup; or keep it under another name, and a new one begins.",
            )
        return entry

    def _write(self, entry: Promotion, sound_bytes: int) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            file.truncate(sound_bytes)
            file.seek(sound_bytes)
            ends_in_line = sound_bytes == 0 or self.file.read_bytes()[sound_bytes - 1 : sound_bytes] == b"\n"
            file.write(b"" if ends_in_line else b"\n")
            file.write(entry.line().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _parsed(line: bytes) -> Promotion | None:
    try:
        raw = json.loads(line)
        return Promotion(**raw)
    except (ValueError, TypeError):
        return None


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    """Return ``value`` as JSON holds it: what is not finite becomes null, what is unknown its text."""
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float):
        return plain if math.isfinite(plain) else None
    return plain if plain is None or isinstance(plain, str | int) else str(plain)
