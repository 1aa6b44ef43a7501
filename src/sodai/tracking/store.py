"""Where MLflow keeps things, the SQLite file of a home or a server, and how it is opened.

MLflow takes seconds to import, so nothing here does until `Store.client` is asked for.
"""

import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from sodai.settings import HomeError, Settings, UsageError
from sodai.settings.model import TrackingSettings
from sodai.tracking.lookup import Lookup, ServerLookup, StoreLookup, authorization
from sodai.tracking.patience import Patience
from sodai.tracking.relocation import relocate

if TYPE_CHECKING:
    from mlflow import MlflowClient

T = TypeVar("T")

# MLflow reads these from the environment alone. No usage report leaves; uv is not asked what a model needs.
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
}
# Characters that SQLAlchemy reads as part of its URL's grammar.
_UNFIT_FOR_SQLITE = frozenset("%?")


@dataclass(frozen=True)
class Store:
    """MLflow's store for a home.

    Parameters
    ----------
    home : Path
        Absolute.
    settings : TrackingSettings
        ``uri`` decides: a server, or else the SQLite file in the home.
    """

    home: Path
    settings: TrackingSettings

    @classmethod
    def of(cls, home: Path, settings: Settings) -> "Store":
        """Address the store of ``home``; nothing is opened or written.

        Raises
        ------
        UsageError
            If ``tracking.uri`` is not the address of a server, or SQLite's URL cannot hold the home's path.
        """
        uri = settings.tracking.uri
        if uri is not None and not _is_server(uri):
            raise UsageError(
                "tracking.uri does not name an MLflow server",
                got=_without_credentials(uri),
                allowed="http://HOST:PORT, https://HOST, or nothing for the store in the home",
                hint="A name and password belong into tracking.username and tracking.password.",
            )
        absolute = home.expanduser().absolute()
        if uri is None and _UNFIT_FOR_SQLITE & set(str(absolute)):
            raise UsageError(
                f"the home {absolute} has a character that MLflow's SQLite store cannot take",
                allowed="a path without % and ?",
            )
        return cls(absolute, settings.tracking)

    @property
    def local(self) -> bool:
        """Whether it lives in the home."""
        return self.settings.uri is None

    @property
    def file(self) -> Path:
        """The SQLite file of a local store."""
        return self.home / "mlflow" / "mlflow.db"

    @property
    def artifacts(self) -> Path:
        """The artifacts of a local store."""
        return self.home / "mlflow" / "artifacts"

    @property
    def uri(self) -> str:
        """What MLflow's client is given."""
        return (self.settings.uri or f"sqlite:///{self.file}").rstrip("/")

    @cached_property
    def patience(self) -> Patience:
        """How long it is asked."""
        if self.local:
            address, hint = (
                f"the MLflow store {self.file}",
                "See that no other program holds it, then run again.",
            )
        else:
            address = f"the MLflow server {_without_credentials(self.uri)}"
            hint = "See that it runs and that tracking.uri names it, then run again: what was done is kept."
        return Patience(address, self.settings.attempts, self.settings.timeout_seconds, hint)

    @cached_property
    def lookup(self) -> Lookup:
        """Reads models and aliases without MLflow."""
        name, given = self.settings.model_name, self.settings
        if self.local:
            return StoreLookup(self.file, name, self.patience)
        header = authorization(given.username, _bare(given.password), _bare(given.token))
        return ServerLookup(self.uri, name, self.patience, header)

    @cached_property
    def client(self) -> "MlflowClient":
        """MLflow's client, opened at first use: some seconds, more when the home is new.

        Raises
        ------
        ServiceError
            If a server does not answer; told before the seconds are spent.
        HomeError
            If the local store is damaged or cannot be written.
        """
        self.lookup.aliases()
        self._set_environment()
        from mlflow import MlflowClient

        logging.getLogger("mlflow").setLevel(logging.CRITICAL)  # our errors say it once, in our words
        logging.getLogger("alembic").setLevel(logging.WARNING)
        if self.local:
            self._prepare()
        return self.patience.call("opening it", lambda: MlflowClient(self.uri, self.uri))

    @cached_property
    def experiment_id(self) -> str:
        """The experiment that all weekly runs are in, made at first use."""
        return self.ask("opening the experiment", self._experiment)

    def ask(self, doing: str, question: "Callable[[MlflowClient], T]") -> T:
        """Return MLflow's answer to ``question``, which must be safe to repeat; see `Patience.call`."""
        client = self.client
        return self.patience.call(doing, lambda: question(client))

    def point(self, alias: str, number: int) -> None:
        """Let ``alias`` point to the version ``number``."""
        name = self.settings.model_name
        if self.lookup.aliases().get(alias) != number:
            self.ask(
                "moving an alias", lambda client: client.set_registered_model_alias(name, alias, str(number))
            )

    def _experiment(self, client: "MlflowClient") -> str:
        name = self.settings.experiment
        found = client.get_experiment_by_name(name)
        if found is None:
            location = self.artifacts.as_uri() if self.local else None
            return str(client.create_experiment(name, artifact_location=location))
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def _set_environment(self) -> None:
        given = self.settings
        secrets_given = {
            "MLFLOW_TRACKING_USERNAME": given.username,
            "MLFLOW_TRACKING_PASSWORD": _bare(given.password),
            "MLFLOW_TRACKING_TOKEN": _bare(given.token),
        }
        os.environ.update(_ENVIRONMENT)
        os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = str(max(1, round(self.patience.request_seconds)))
        os.environ.update({name: value for name, value in secrets_given.items() if value})

    def _prepare(self) -> None:
        if self.file.exists():
            relocate(self.file, self.settings.experiment, self.artifacts.as_uri())
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"cannot make {self.file.parent}: {error.strerror or error}") from error
        self.patience.call("creating it", self._create)

    def _create(self) -> None:
        """Create the tables under a temporary name: MLflow cannot go on with migrations that were cut off."""
        import mlflow.db

        temporary = self.file.with_name(f".{secrets.token_hex(6)}.tmp-{self.file.name}")
        try:
            mlflow.db.commands(["upgrade", f"sqlite:///{temporary}"], standalone_mode=False)
            temporary.replace(self.file)
        finally:
            temporary.unlink(missing_ok=True)


def _is_server(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _bare(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _without_credentials(uri: str) -> str:
    """Return ``uri`` as people and logs may see it.

    >>> _without_credentials("https://ana:secreto@mlflow.example:5000/x")
    'https://mlflow.example:5000/x'
    """
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
