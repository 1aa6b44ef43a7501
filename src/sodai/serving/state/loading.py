"""From the home to a state: the live week, checked, and the run that tells of its customers and products."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sodai.data import read_json
from sodai.data.tables import Tables
from sodai.orchestration import Home, RunContext
from sodai.publishing import Live, Week, read_week
from sodai.serving.state.company import Company
from sodai.serving.state.history import History
from sodai.serving.state.ids import Ids
from sodai.serving.state.lists import Lists
from sodai.serving.state.reasons import ReasonBook
from sodai.serving.state.state import State
from sodai.settings import HomeError, UsageError
from sodai.settings.columns import CUSTOMER_ID, PRODUCT_ID


def load_state(home: Path, live: Live | None) -> State:
    """Read a published week, or where there is none, what a run knows of the company.

    Parameters
    ----------
    home : Path
    live : Live, optional
        What `sodai.publishing.live_week` said.

    Raises
    ------
    SodaiError
        If the week is not whole, or no run tells of the customers and products.
    """
    week = live.week if live else None
    predictions = read_week(home, week) if week else None
    folder = _run_of(home, week)
    run = RunContext.load(folder)
    clean = _clean_of(home, week, folder)
    tables = Tables.read(clean)
    customers = _ids(tables.customers, predictions, CUSTOMER_ID)
    products = _ids(tables.products, predictions, PRODUCT_ID)
    origin = week.origin if week else run.info.origin
    return State(
        week=week,
        lists=None if predictions is None else Lists.of(predictions, customers, products),
        origin=origin,
        run=folder,
        clean=clean,
        settings=run.settings,
        company=Company.of(tables, customers, products, run.settings),
        history=History.of(tables.lines, origin, customers, products),
        reasons=ReasonBook.of(_reasons(folder, week), customers, products),
    )


def _ids(table: pa.Table, predictions: pa.Table | None, key: str) -> Ids:
    columns = [table[key]] if predictions is None else [table[key], predictions[key]]
    return Ids.of(columns)


def _run_of(home: Path, week: Week | None) -> Path:
    """Return the run that made the week; of `sodai predict`, the newest up to its origin, else the oldest."""
    if week is not None:
        own = Home.at(home).run_folder(week.run_id)
        if _tells(own):
            return own
    known = sorted(
        (_origin(folder), folder.stat().st_mtime, folder)
        for folder in (home / "runs").glob("*")
        if _tells(folder)
    )
    until = week.origin if week else date.max
    fitting = [folder for origin, _, folder in known if origin <= until]
    fitting = fitting or [folder for _, _, folder in known[:1]]
    if not fitting:
        raise UsageError(
            f"no run in {home} tells of customers and products",
            hint="Make one first: sodai run --data ... --home ...",
        )
    return fitting[-1]


def _clean_of(home: Path, week: Week | None, run: Path) -> Path:
    """Return the clean tables that the week was made from; `sodai predict` leaves them without a run."""
    own = Home.at(home).run_folder(week.run_id) / "validate_data" if week else run
    return own if (own / "lines.parquet").is_file() else run / "validate_data"


def _tells(folder: Path) -> bool:
    """Whether a run got as far as clean tables."""
    return (folder / "start_pipeline" / "run.json").is_file() and (
        folder / "validate_data" / "done.json"
    ).is_file()


def _origin(folder: Path) -> date:
    record: dict[str, Any] = read_json(folder / "start_pipeline" / "run.json")
    return date.fromisoformat(record["origin"])


def _reasons(folder: Path, week: Week | None) -> pa.Table | None:
    """Reasons of the list, unless another run or model made it: then they would be of other figures."""
    if week is None or week.run_id != folder.name:
        return None
    files = (folder / task / "reasons.parquet" for task in ("generate_predictions", "explain_model"))
    file = next((file for file in files if file.is_file()), None)
    try:
        return None if file is None else pq.read_table(file)
    except (OSError, pa.ArrowInvalid) as error:
        raise HomeError(f"cannot read {file}: {error}", hint="Run its task again.") from error
