"""The work of ``sodai predict``: features and scores with the champion, no training."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import Tables, clean, fingerprint, read_tables, write_parquet
from sodai.features import catalogue, open_tables, snapshot
from sodai.learning import Model
from sodai.orchestration.champion import required_champion
from sodai.orchestration.context import Progress
from sodai.orchestration.scoring import Scored, write_predictions
from sodai.orchestration.start import RunRequest, origin_of
from sodai.orchestration.storage import batches_of, write_rows
from sodai.orchestration.tasks.extract import known_before
from sodai.orchestration.toplist import write_top_list
from sodai.publishing import publish
from sodai.settings import Settings, UsageError
from sodai.settings.columns import KEYS

QUARANTINE_FILE = "quarantine.parquet"
CLEAN = "validate_data"


def predict_week(
    request: RunRequest, *, progress: Progress, warn: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Score every candidate pair with the champion and publish the week.

    Raises
    ------
    UsageError
        If there is no champion, it was taught something else, or it reads features that these settings lack.
    InputError
        If the data cannot be used.
    """
    settings, home = request.settings, request.home
    version, model = required_champion(home.root, settings)
    _require_features(model, settings)
    shutil.rmtree(home.work, ignore_errors=True)  # left by a killed command: we hold the lock
    home.work.mkdir(parents=True)
    scratch = Path(tempfile.mkdtemp(dir=home.work))
    try:
        origin, products = _prepare(request, scratch, warn)
        if model.trained_at_origin > origin and warn is not None:
            warn(f"The champion was trained at {model.trained_at_origin}: it has seen what follows {origin}.")
        content = fingerprint(request.data or None, settings)
        run_id = f"{origin}-predict-{_digest(content, version.digest)}"
        scored = _score(scratch, origin, model, settings, progress)
        write_parquet(home.quarantine / f"{run_id}.parquet", pq.read_table(scratch / QUARANTINE_FILE))
        Tables.read(scratch).write(
            home.run_folder(run_id) / CLEAN
        )  # what the API tells of the week's customers
        published = publish(
            home.root, origin, scratch / "predictions.parquet", run_id=run_id, model_version=version.version
        )
        write_top_list(published.week.file(home.root), products, None, settings)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {
        "origin": origin.isoformat(),
        "horizon_days": settings.horizon_days,
        "champion": version.version,
        "algorithm": model.name,
        "pairs": scored.pairs,
        "customers": scored.customers,
        "products": len(scored.products),
        "cut": scored.cut,
        "predictions": str(published.week.file(home.root)),
        "live": published.is_live,
    }


def _prepare(request: RunRequest, folder: Path, warn: Callable[[str], None] | None) -> tuple[date, pa.Table]:
    """Write the clean tables and the quarantine; only the products stay in memory."""
    delivered = read_tables(request.data or None, request.settings)
    origin, _ = origin_of(delivered, request, warn)
    known = known_before(delivered, origin, request.today)
    cleaned = clean(known, request.settings, today=request.today)
    cleaned.tables.write(folder)
    write_parquet(folder / QUARANTINE_FILE, cleaned.quarantine)
    return origin, cleaned.tables.products


def _score(folder: Path, origin: date, model: Model, settings: Settings, progress: Progress) -> Scored:
    """Write the snapshot and score it from there: the engine spills to disk, scoring holds one chunk."""
    progress("features", 0, 0)
    file = folder / "snapshot.parquet"
    with open_tables(folder, settings) as tables:
        pairs = write_rows(file, snapshot(tables, origin, settings).select(*KEYS, *model.features))

    def told() -> Iterator[pa.RecordBatch]:
        done = 0
        for batch in batches_of(file):
            done += batch.num_rows
            progress("pairs", done, pairs)
            yield batch

    return write_predictions(folder / "predictions.parquet", told(), model, origin)


def _require_features(model: Model, settings: Settings) -> None:
    lacking = sorted(set(model.features) - {feature.name for feature in catalogue(settings)})
    if lacking:
        raise UsageError(
            f"the champion reads features that these settings lack: {', '.join(lacking[:5])}",
            hint="Use the settings it was trained with, or train another: sodai run --retrain.",
        )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
