"""Another week or champion goes live without a restart or a failed request; nothing half written does."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from serving_help import Served, serving, sodai, until

from sodai.publishing import go_live, live_week, publish, publish_previous, read_week
from sodai.settings import load_settings
from sodai.tracking import Registry


def moved(home: Path) -> pa.Table:
    """The predictions of a week later, with other probabilities."""
    live = live_week(home)
    assert live is not None
    table = read_week(home, live.week)
    later = pa.array([live.week.origin + timedelta(days=7)] * table.num_rows, pa.date32())
    halved = pc.multiply(table["probability"], 0.5)
    table = table.set_column(table.column_names.index("origin"), "origin", later)
    return table.set_column(table.column_names.index("probability"), "probability", halved)


def published_later(home: Path, model_version: int | None = None) -> Any:
    table = moved(home)
    origin = table["origin"][0].as_py()
    publish(home, origin, table, run_id="by-hand", model_version=model_version)
    return origin


def served_origin(served: Served) -> str:
    customer = served.services.state.customers.values[0]
    answer = served.get(f"/v1/customers/{customer}/recommendations").json()
    return str(answer["week"]["origin"])


def test_a_published_week_and_the_one_before_it_go_live_under_load(home: Path) -> None:
    with serving(home) as served:
        first, statuses, stop = served_origin(served), [], threading.Event()
        customers = served.services.state.customers.values

        def ask() -> None:
            while not stop.is_set():
                answers = (served.get(f"/v1/customers/{one}/recommendations") for one in customers)
                statuses.extend(answer.status_code for answer in answers)

        asking = threading.Thread(target=ask)
        asking.start()
        second = str(published_later(home))
        until(lambda: served_origin(served) == second)
        assert served.get("/v1/weeks").json()["live"] == second
        publish_previous(home)
        until(lambda: served_origin(served) == first)
        stop.set()
        asking.join()
        assert set(statuses) == {200}


def test_answers_of_the_old_week_are_not_given_for_the_new_one(home: Path) -> None:
    with serving(home) as served:
        path = f"/v1/customers/{served.services.state.customers.values[0]}/recommendations"
        for _ in range(2):
            before = served.get(path).json()
        origin = str(published_later(home))
        until(lambda: served_origin(served) == origin)
        after = served.get(path).json()["recommendations"]
        assert [row["probability"] for row in after] == [
            row["probability"] / 2 for row in before["recommendations"]
        ]


def test_a_damaged_week_never_goes_live_and_is_told(home: Path) -> None:
    with serving(home) as served:
        first = served_origin(served)
        origin = published_later(home)
        until(lambda: served_origin(served) == str(origin))
        publish_previous(home)
        until(lambda: served_origin(served) == first)
        file = home / "predictions" / f"origin={origin}" / "predictions.parquet"
        file.write_bytes(file.read_bytes()[:-500])
        go_live(home, origin)
        until(lambda: served.services.holder.trouble is not None)
        assert served_origin(served) == first
        assert served.get("/readyz").status_code == 200
        assert served.get("/v1/status").json()["status"] == "degraded"
        assert "sodai_week_trouble 1.0" in served.get("/metrics").text
        publish_previous(home)
        until(lambda: served.services.holder.trouble is None)


def test_a_record_cut_off_while_it_was_written_changes_nothing(home: Path) -> None:
    with serving(home) as served:
        first = served_origin(served)
        file = home / "predictions" / "live.json"
        whole = file.read_text()
        file.write_text(whole[:40])
        until(lambda: served.services.holder.trouble is not None)
        assert served_origin(served) == first
        file.write_text(whole)
        until(lambda: served.services.holder.trouble is None)


def test_a_start_on_a_damaged_week_answers_from_what_is_below_it(home: Path) -> None:
    file = next((home / "predictions").glob("origin=*/predictions.parquet"))
    file.write_bytes(b"PAR1 nothing PAR1")
    with serving(home) as served:
        customer = served.services.state.customers.values[0]
        answer = served.get(f"/v1/customers/{customer}/recommendations").json()
        assert answer["basis"] in ("champion", "recency_baseline")
        assert answer["recommendations"]


def test_another_champion_is_loaded_while_the_week_stays(home: Path) -> None:
    settings = load_settings()
    registry = Registry(home, settings)
    other = next(one.version for one in registry.versions() if one.version != registry.aliases()["champion"])
    with serving(home) as served:
        before = served.get("/v1/model").json()["version"]
        week = served_origin(served)
        registry.promote(other, why="by hand")
        until(lambda: served.get("/v1/model").json()["version"] == other)
        assert served_origin(served) == week
        registry.rollback("it was worse")
        until(lambda: served.get("/v1/model").json()["version"] == before)
        history = served.get("/v1/model/promotions").json()["promotions"]
        assert [one["version"] for one in history[:2]] == [before, other]


def test_a_registry_that_is_gone_leaves_the_champion_in_place(home: Path) -> None:
    with serving(home) as served:
        (home / "mlflow" / "mlflow.db").write_bytes(b"not a database, not at all" * 100)
        until(lambda: served.services.holder.registry_trouble is not None)
        assert served.get("/v1/model").json()["version"] >= 1
        assert served.get("/readyz").status_code == 200
        assert "sodai_registry_away 1.0" in served.get("/metrics").text


def test_a_week_of_sodai_predict_is_told_from_the_lines_that_it_was_made_from(home: Path, data: Path) -> None:
    with serving(home) as served:
        before = served.services.state
        origin = before.origin - timedelta(days=7)
        sodai("predict", "--data", data, "--home", home, "--origin", origin)
        go_live(home, origin)
        until(lambda: served_origin(served) == str(origin))
        state = served.services.state
        assert state.history.last_day is not None
        assert before.history.last_day is not None
        assert state.history.last_day < origin <= before.history.last_day
        customer = served.services.state.customers.values[0]
        week = served.get(f"/v1/customers/{customer}/recommendations?k=3").json()["recommendations"]
        now = served.post("/v1/score", json={"customer_id": customer, "k": 3}).json()["products"]
        assert [(one["product_id"], round(one["probability"], 12)) for one in now] == [
            (one["product_id"], round(one["probability"], 12)) for one in week
        ]
