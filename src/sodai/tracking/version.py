"""One registered model version, as the rest of the house knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sodai.settings import ServiceError

CHAMPION = "champion"
CHALLENGER = "challenger"
BASELINE = "baseline"
PREVIOUS = "previous"
ALIASES = (CHAMPION, CHALLENGER, BASELINE, PREVIOUS)

RUN_ID = "sodai.run_id"
ROLE = "sodai.role"
ORIGIN = "sodai.origin"
DIGEST = "sodai.digest"
MODEL_ID = "sodai.model_id"


@dataclass(frozen=True)
class ModelVersion:
    """A model that was registered; it never changes, only the aliases that point to it do.

    Parameters
    ----------
    name, version : str, int
        MLflow's registered model and its version number.
    mlflow_run_id : str
        MLflow's id of the weekly run that made it.
    created : datetime
        When it was registered (UTC).
    tags : mapping
        All tags, ours (``sodai.``) and others.
    """

    name: str
    version: int
    mlflow_run_id: str
    created: datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """What MLflow loads it by, e.g. ``models:/sodai/3``."""
        return f"models:/{self.name}/{self.version}"

    @property
    def run_id(self) -> str:
        """Our id of the weekly run that made it; empty for a version that somebody else registered."""
        return self.tags.get(RUN_ID, "")

    @property
    def origin(self) -> date | None:
        """The origin it was trained at."""
        text = self.tags.get(ORIGIN)
        return date.fromisoformat(text) if text else None

    @property
    def digest(self) -> str:
        """Digest of the model's files, see `sodai.tracking.packaging.folder_digest`."""
        return self._ours(DIGEST)

    @property
    def model_id(self) -> str:
        """MLflow's id of the logged model behind this version."""
        return self._ours(MODEL_ID)

    def _ours(self, tag: str) -> str:
        try:
            return self.tags[tag]
        except KeyError:
            raise ServiceError(
                f"{self.uri} was not registered by SodAI: it lacks the tag {tag}",
                hint="Move the alias to a version that a run registered, e.g. with sodai promote.",
            ) from None


def from_milliseconds(stamp: int) -> datetime:
    """Return MLflow's time stamp as a time in UTC."""
    return datetime.fromtimestamp(stamp / 1000, tz=UTC)
