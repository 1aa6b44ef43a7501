"""Week after week in one home: the champion is kept, challenged, and not replaced by a backfill."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from cli_help import Answer, sodai

from sodai.data import read_json
from sodai.data.simulator import CompanySpec, simulate, write_company

pytestmark = pytest.mark.slow


def summary(home: Path, origin: date, task: str) -> dict[str, Any]:
    (file,) = home.glob(f"runs/{origin}-*/{task}/done.json")
    done: dict[str, Any] = read_json(file)
    return {**done["summary"], "status": done["status"]}


def live(home: Path) -> str:
    return str(json.loads((home / "predictions" / "live.json").read_text())["origin"])


def champion(home: Path) -> int:
    listed = json.loads(sodai("promote", "--list", "--home", home, "--json").out)
    return next(v["version"] for v in listed["versions"] if "champion" in v["aliases"].split(", "))


@pytest.fixture(scope="module")
def first_week(finished: tuple[Path, Answer]) -> date:
    (folder,) = finished[0].glob("runs/*")
    return date.fromisoformat(read_json(folder / "start_pipeline" / "run.json")["origin"])


def test_the_next_week_keeps_the_champion_and_then_it_is_challenged(
    first_week: date, settings_file: Path, own_home: Path, tmp_path: Path
) -> None:
    """The same company a week later: its past is what was delivered before."""
    later = first_week + timedelta(days=7)
    spec = CompanySpec(customers=40, products=15, weeks=21, seed=3, last_day=later - timedelta(days=1))
    write_company(simulate(spec), tmp_path / "later")
    before = champion(own_home)
    command = ["run", "--data", tmp_path / "later", "--home", own_home, "--settings", settings_file]
    command += ["--origin", later.isoformat()]

    kept = sodai(*command)
    assert kept.code == 0, kept.err
    assert summary(own_home, later, "choose_path")["path"] == "load_champion"
    assert summary(own_home, later, "retrain_model")["status"] == "skipped"
    assert summary(own_home, later, "evaluate_model")["weeks"] == [first_week.isoformat()]
    assert summary(own_home, later, "promote_model")["code"] == "kept"
    assert (champion(own_home), live(own_home)) == (before, later.isoformat())
    assert "1 past week it had not seen" in kept.out

    told = sodai(*command, "--retrain", "--json")
    assert told.code == 0, told.err
    said = json.loads(told.out)
    assert said["winner"] in ("challenger", "champion")
    assert (champion(own_home) != before) == said["promoted"]

    back = sodai("publish", "--previous", "--home", own_home, "--json")
    assert json.loads(back.out)["origin"] == first_week.isoformat()


def test_a_backfill_moves_neither_champion_nor_live_week(
    company: Path, first_week: date, settings_file: Path, own_home: Path
) -> None:
    earlier = first_week - timedelta(days=14)
    before = champion(own_home)
    command = ["run", "--data", company, "--home", own_home, "--settings", settings_file]
    done = sodai(*command, "--origin", earlier.isoformat())
    assert done.code == 0, done.err
    assert summary(own_home, earlier, "choose_path")["backfill"]
    assert not summary(own_home, earlier, "promote_model")["moved"]
    assert (champion(own_home), live(own_home)) == (before, first_week.isoformat())
    assert summary(own_home, earlier, "generate_predictions")["version"] != before
    (file,) = own_home.glob(f"predictions/origin={earlier}/predictions.parquet")
    assert pq.read_table(file).num_rows > 0


def test_what_came_after_the_origin_changes_nothing(
    company: Path, first_week: date, settings_file: Path, tmp_path: Path
) -> None:
    """No leakage through the flow: a past origin gives the same list whether or not the data go on."""
    origin = first_week - timedelta(days=7)
    cut = tmp_path / "cut"
    cut.mkdir()
    for file in company.glob("*.parquet"):
        table = pq.read_table(file)
        if file.name == "transacciones.parquet":
            days = table["purchase_date"].cast(pa.date32())
            table = table.filter(pc.less(days, pa.scalar(origin)))
        pq.write_table(table, cut / file.name)
    lists = []
    for number, data in enumerate((company, cut)):
        home = tmp_path / f"home{number}"
        done = sodai(
            "run", "--data", data, "--home", home, "--settings", settings_file, "--origin", origin.isoformat()
        )
        assert done.code == 0, done.err
        (file,) = home.glob("predictions/origin=*/predictions.parquet")
        lists.append(pq.read_table(file))
    assert lists[0].equals(lists[1])
