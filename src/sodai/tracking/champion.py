"""Moving the champion so that a crash loses nothing: decide, write the decision down, carry it out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sodai.data.files import read_json, write_json
from sodai.settings import HomeError, UsageError
from sodai.tracking.ledger import Action, Ledger, Promotion
from sodai.tracking.store import Store
from sodai.tracking.version import CHALLENGER, CHAMPION, PREVIOUS


@dataclass(frozen=True)
class Move:
    """A change of champion that was decided: enough to finish it, however far it had come.

    ``number`` is the place in the ledger that it will take.
    """

    number: int
    action: Action
    version: int
    previous: int | None
    why: str
    run_id: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class ChampionMoves:
    """Promotions and rollbacks in ``store``, told to ``ledger``; ``folder`` has lock and pending move."""

    store: Store
    folder: Path
    ledger: Ledger

    def promote(self, version: int, *, why: str, run_id: str, evidence: Mapping[str, Any]) -> Promotion:
        """See `Registry.promote`."""
        with self._alone():
            done = self.ledger.find(run_id, version) if run_id else None
            return done or self._move(
                "promote", version, self._left_behind(version, run_id), why, run_id, evidence
            )

    def rollback(self, why: str) -> Promotion:
        """See `Registry.rollback`."""
        with self._alone():
            aliases = self.store.lookup.aliases()
            if PREVIOUS not in aliases:
                raise UsageError(
                    f"there is no previous champion of {self.store.settings.model_name} to go back to",
                    hint="Name a version with sodai promote.",
                )
            return self._move("rollback", aliases[PREVIOUS], aliases.get(CHAMPION), why, "", {})

    def _left_behind(self, version: int, run_id: str) -> int | None:
        """Return the version that `version` takes over from."""
        aliases = self.store.lookup.aliases()
        if aliases.get(CHAMPION) != version:
            return aliases.get(CHAMPION)
        if not run_id:
            raise UsageError(f"version {version} of {self.store.settings.model_name} is the champion already")
        return aliases.get(PREVIOUS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process move the champion at a time, after whatever move a crash has cut off."""
        lock = FileLock(self.folder / ".lock", timeout=self.store.settings.timeout_seconds)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise HomeError(
                f"another process is moving the champion of {self.store.home}",
                hint="Wait for it, then run again.",
            ) from error
        except OSError as error:
            raise HomeError(f"cannot write {self.folder}: {error.strerror or error}") from error
        try:
            if self._decided.exists():
                self._carry_out(Move(**read_json(self._decided)))
            yield
        finally:
            lock.release()

    @property
    def _decided(self) -> Path:
        return self.folder / "pending.json"

    def _move(
        self,
        action: Action,
        version: int,
        previous: int | None,
        why: str,
        run_id: str,
        evidence: Mapping[str, Any],
    ) -> Promotion:
        move = Move(len(self.ledger.entries()) + 1, action, version, previous, why, run_id, evidence)
        write_json(self._decided, move)
        return self._carry_out(move)

    def _carry_out(self, move: Move) -> Promotion:
        """Do what is left of ``move``: every step says where things end up, so it can be done twice."""
        if move.previous is not None:
            self.store.point(PREVIOUS, move.previous)
        self.store.point(CHAMPION, move.version)
        if self.store.lookup.aliases().get(CHALLENGER) == move.version:
            name = self.store.settings.model_name
            self.store.ask(
                "moving an alias", lambda client: client.delete_registered_model_alias(name, CHALLENGER)
            )
        entries = self.ledger.entries()
        entry = entries[-1] if len(entries) >= move.number else self._written(move)
        self._decided.unlink(missing_ok=True)
        return entry

    def _written(self, move: Move) -> Promotion:
        return self.ledger.append(
            move.action, move.version, move.previous, why=move.why, run_id=move.run_id, evidence=move.evidence
        )
