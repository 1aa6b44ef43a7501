"""The model registry: versions, the aliases that point to them, and the moves of the champion between them.

MLflow holds versions and aliases; the home holds the ledger of promotions and, for a server, copies of the
model folders that were asked for. Reading needs no MLflow import; registering and promoting do.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sodai.settings import Settings, UsageError
from sodai.tracking.champion import ChampionMoves
from sodai.tracking.copies import Copies
from sodai.tracking.ledger import Ledger, Promotion
from sodai.tracking.packaging import Sample
from sodai.tracking.registration import register_model
from sodai.tracking.runs import WeeklyRun
from sodai.tracking.store import Store
from sodai.tracking.version import ModelVersion


class Registry:
    """The models of one company.

    Parameters
    ----------
    home : Path
        The home; holds the SQLite store unless ``settings.tracking.uri`` names a server.
    settings : Settings

    Raises
    ------
    UsageError
        If ``settings.tracking.uri`` is not the address of a server.
    """

    def __init__(self, home: Path, settings: Settings) -> None:
        self._store = Store.of(home, settings)
        folder = self._store.home / "registry"
        self._ledger = Ledger(folder / "ledger.jsonl")
        self._moves = ChampionMoves(self._store, folder, self._ledger)
        self._copies = Copies(self._store)

    @property
    def name(self) -> str:
        """MLflow's name of the registered model."""
        return self._store.settings.model_name

    def check(self) -> None:
        """See that the registry answers; takes milliseconds.

        Raises
        ------
        ServiceError
            If a server does not.
        HomeError
            If the store in the home is damaged.
        """
        self._store.lookup.aliases()

    def aliases(self) -> dict[str, int]:
        """Return which version each alias points to; empty before the first registration."""
        return self._store.lookup.aliases()

    def version_of(self, alias: str) -> ModelVersion | None:
        """Return the version that ``alias`` points to, if there is one; takes milliseconds."""
        number = self.aliases().get(alias)
        return None if number is None else self._store.lookup.version(number)

    def version(self, number: int) -> ModelVersion:
        """Return one version.

        Raises
        ------
        UsageError
            If there is no version of that number.
        """
        found = self._store.lookup.version(number)
        if found is None:
            raise UsageError(
                f"the registry has no version {number} of {self.name}",
                allowed=", ".join(str(known.version) for known in self.versions())
                or "none yet: start sodai run",
            )
        return found

    def versions(self) -> list[ModelVersion]:
        """Return all versions, newest first."""
        return self._store.lookup.versions()

    def history(self) -> list[Promotion]:
        """Return who became champion when and why, oldest first.

        Raises
        ------
        HomeError
            If the ledger was edited.
        """
        return self._ledger.entries()

    def register(
        self,
        folder: Path,
        sample: Sample,
        *,
        run: WeeklyRun,
        alias: str,
        tags: Mapping[str, str] | None = None,
    ) -> ModelVersion:
        """Log a model to the weekly run, register it, and let ``alias`` point to it.

        The same files registered again by the same run under the same alias are the same version.

        Parameters
        ----------
        folder : Path
            What `sodai.learning.Model.save` wrote.
        sample : Sample
            Rows and answers from which signature and input example are made.
        run : WeeklyRun
            The run that made it.
        alias : str
            ``challenger`` or ``baseline``.
        tags : mapping, optional
            Kept with the version, e.g. the family chosen.
        """
        number = register_model(self._store, folder, sample, run=run, alias=alias, tags=tags or {})
        registered = self.version(number)
        self._copies.keep(registered, folder)
        return registered

    def download(self, version: ModelVersion | int) -> Path:
        """Return a folder for `sodai.learning.Model.load`, which must not be written to.

        From the home's own store it is the registered folder itself; from a server a copy in ``home/models``,
        fetched once and checked against the digest under which it was registered.

        Raises
        ------
        HomeError, ServiceError
            If the files are gone, or are not what was registered.
        """
        return self._copies.folder_of(self.version(version) if isinstance(version, int) else version)

    def promote(
        self, version: int, *, why: str, run_id: str = "", evidence: Mapping[str, Any] | None = None
    ) -> Promotion:
        """Make ``version`` the champion and the champion the previous one; write it into the ledger.

        Promoting the same version for the same run again changes nothing, whatever happened since. A move
        that a crash cut off is finished first.

        Parameters
        ----------
        version : int
        why : str
            In words, for the ledger.
        run_id : str
            The weekly run that decided; empty when a person did.
        evidence : mapping, optional
            Figures behind the decision, as JSON holds them.

        Raises
        ------
        UsageError
            If there is no such version, or a person promotes the one that is champion already.
        """
        self.version(version)
        return self._moves.promote(version, why=why, run_id=run_id, evidence=evidence or {})

    def rollback(self, why: str) -> Promotion:
        """Let champion and previous change places; a second rollback undoes the first.

        Raises
        ------
        UsageError
            If there is no previous champion.
        """
        return self._moves.rollback(why)
