"""The model in use, as the registry has it: enough to decide about it, and to score with it."""

from pathlib import Path

from sodai.learning import Model
from sodai.settings import Settings, UsageError
from sodai.tracking import Registry
from sodai.tracking.version import CHAMPION, ModelVersion

HORIZON_TAG, LABEL_TAG, ALGORITHM_TAG = "sodai.horizon_days", "sodai.label", "sodai.algorithm"


def champion_of(home: Path, settings: Settings) -> ModelVersion | None:
    """Return the version in use, or None before the first run."""
    return Registry(home, settings).version_of(CHAMPION)


def load_version(home: Path, settings: Settings, version: ModelVersion) -> Model:
    """Load the model of a registered version."""
    return Model.load(Registry(home, settings).download(version))


def required_champion(home: Path, settings: Settings) -> tuple[ModelVersion, Model]:
    """Return version and model in use.

    Raises
    ------
    UsageError
        If there is none, or it predicts another horizon or label than asked for.
    """
    version = champion_of(home, settings)
    if version is None:
        raise UsageError(
            f"there is no champion in {home}", hint="Train one first: sodai run --data ... --home ..."
        )
    for tag, wanted in ((HORIZON_TAG, str(settings.horizon_days)), (LABEL_TAG, settings.label)):
        learned = version.tags.get(tag, wanted)
        if learned != wanted:
            raise UsageError(
                f"champion {version.version} was taught another {tag.removeprefix('sodai.')}",
                got=wanted,
                allowed=learned,
                hint="Train one for it: sodai run --retrain.",
            )
    return version, load_version(home, settings, version)
