"""Where a run begins: its origin, and requests that make no sense."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from sodai.data.tables import Tables
from sodai.orchestration.home import Home
from sodai.orchestration.start import RunRequest, open_run, origin_of
from sodai.orchestration.tasks.extract import known_before
from sodai.settings import InputError, Settings, UsageError

TODAY = date(2024, 6, 10)


def tables(days: list[date] | list[str]) -> Tables:
    count = len(days)
    lines = {
        "customer_id": [1] * count,
        "product_id": [1] * count,
        "order_id": list(range(count)),
        "purchase_date": days,
        "items": [1.0] * count,
    }
    return Tables(pa.table({"customer_id": [1]}), pa.table({"product_id": [1]}), pa.table(lines))


def request(origin: date | None = None) -> RunRequest:
    return RunRequest("", Home.at("."), Settings(), today=TODAY, origin=origin)


DAYS = [date(2024, 5, 1), date(2024, 5, 20), date(2024, 6, 2), date(2030, 1, 1)]


def test_by_default_the_day_after_the_last_day_not_later_than_today() -> None:
    assert origin_of(tables(DAYS), request()) == (date(2024, 6, 3), date(2024, 6, 2))


def test_days_delivered_as_text_count_too() -> None:
    assert origin_of(tables(["2024-06-01", "whenever", "02-06-2024"]), request())[0] == date(2024, 6, 3)


def test_an_origin_in_the_past_of_the_data() -> None:
    assert origin_of(tables(DAYS), request(date(2024, 5, 21))) == (date(2024, 5, 21), date(2024, 5, 20))


def test_a_gap_of_up_to_a_week_is_told() -> None:
    told: list[str] = []
    origin, last = origin_of(tables(DAYS), request(date(2024, 6, 10)), told.append)
    assert (origin, last) == (date(2024, 6, 10), date(2024, 6, 2))
    assert "7 days before the origin" in told[0]


@pytest.mark.parametrize(
    ("origin", "error", "words"),
    [
        (date(2024, 6, 11), UsageError, "8 days after the last known day"),
        (date(2024, 5, 1), InputError, "no line is dated before the origin"),
        (date(2024, 5, 15), UsageError, "13 days after the last known day"),
    ],
)
def test_origins_that_make_no_sense(origin: date, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        origin_of(tables(DAYS), request(origin))


def test_only_future_lines() -> None:
    with pytest.raises(InputError, match="on or before today"):
        origin_of(tables([date(2030, 1, 1)]), request())


def test_lines_on_or_after_the_origin_are_not_known() -> None:
    known = known_before(tables([*DAYS, TODAY + timedelta(days=1)]), date(2024, 5, 20), TODAY)
    assert known.lines["purchase_date"].to_pylist() == [DAYS[0], DAYS[3], TODAY + timedelta(days=1)]


def test_the_same_request_is_the_same_run(tmp_path: Path) -> None:
    delivered = tables(DAYS[:3])
    for name, table in (
        ("clientes", delivered.customers),
        ("productos", delivered.products),
        ("transacciones", delivered.lines),
    ):
        pa.parquet.write_table(table, tmp_path / f"{name}.parquet")
    home = Home.at(tmp_path / "home")

    def started(**changes: object) -> str:
        settings = Settings(**changes)  # type: ignore[arg-type]
        return open_run(RunRequest(str(tmp_path), home, settings, today=TODAY)).info.run_id

    first = started()
    assert started() == first
    assert started(seed=1) != first
    assert len(list(home.runs.iterdir())) == 2
