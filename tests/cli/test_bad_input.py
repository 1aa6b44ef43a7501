"""Every bad input of the issue: one clear message, exit code 2, nothing half written."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from cli_help import Answer, sodai

LINES, CUSTOMERS, PRODUCTS = "transacciones.parquet", "clientes.parquet", "productos.parquet"
TOMORROW = (datetime.now().astimezone() + timedelta(days=30)).date()


def changed(file: str, change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        table = pq.read_table(folder / file)
        pq.write_table(change(table), folder / file)

    return do


def column(name: str, values: Callable[[pa.Table], object]) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(name)
        return table.set_column(at, name, pa.array(values(table)))

    return change


def cut_off(folder: Path) -> None:
    content = (folder / LINES).read_bytes()
    (folder / LINES).write_bytes(content[: len(content) // 2])


def only_one(key: str) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.filter(pc.equal(table[key], table[key][0]))


def mean_day(_table: pa.Table) -> list[date]:
    return [date(2024, 6, 3)] * _table.num_rows


BAD = {
    "a missing table": (lambda folder: (folder / PRODUCTS).unlink(), "productos"),
    "a missing column": (changed(LINES, lambda table: table.drop_columns(["items"])), "items"),
    "a wrong type": (changed(LINES, column("items", lambda t: [True] * t.num_rows)), "items"),
    "dates that are none": (
        changed(LINES, column("purchase_date", lambda t: ["soon"] * t.num_rows)),
        "purchase_date",
    ),
    "an empty table of lines": (changed(LINES, lambda table: table.slice(0, 0)), "the table lines is empty"),
    "an empty table of customers": (changed(CUSTOMERS, lambda table: table.slice(0, 0)), "customers"),
    "ids that never match": (
        changed(CUSTOMERS, column("customer_id", lambda t: [f"x{n}" for n in range(t.num_rows)])),
        "customer",
    ),
    "all dates equal": (changed(LINES, column("purchase_date", mean_day)), "da"),
    "a single customer": (changed(LINES, only_one("customer_id")), "customer"),
    "a single product": (changed(LINES, only_one("product_id")), "product"),
    "dates in the future": (
        changed(LINES, column("purchase_date", lambda t: [TOMORROW] * t.num_rows)),
        "today",
    ),
    "numbers that are not finite": (
        changed(LINES, column("items", lambda t: [float("inf")] * t.num_rows)),
        "infinite_items",
    ),
    "a parquet file that is cut off": (cut_off, LINES),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data_stops_a_run(case: str, own_company: Path, tmp_path: Path) -> None:
    spoil, word = BAD[case]
    spoil(own_company)
    done = sodai("run", "--data", own_company, "--home", tmp_path / "home")
    assert_refused(done, word)
    assert_nothing_half_written(tmp_path / "home")


@pytest.mark.parametrize("case", BAD)
def test_bad_data_stops_a_prediction(
    case: str, own_company: Path, finished: tuple[Path, Answer], settings_file: Path
) -> None:
    spoil, word = BAD[case]
    spoil(own_company)
    before = published(finished[0])
    done = sodai("predict", "--data", own_company, "--home", finished[0], "--settings", settings_file)
    assert_refused(done, word)
    assert published(finished[0]) == before


def assert_refused(done: Answer, word: str) -> None:
    assert done.code == 2, done.err
    told = [line for line in done.err.splitlines() if line.startswith("sodai: ")]
    assert len(told) == 1, done.err
    assert '"event"' not in done.err, "one message, and no log beside it"
    assert word in told[0]
    assert "Traceback" not in done.err


def published(home: Path) -> dict[Path, int]:
    files = [*home.glob("predictions/**/*"), *home.glob("work/*")]
    return {file: file.stat().st_mtime_ns for file in files if file.is_file()}


def assert_nothing_half_written(home: Path) -> None:
    assert not list(home.rglob("predictions.parquet"))
    assert not list(home.rglob("*.tmp-*"))
    for file in home.rglob("*.parquet"):
        pq.read_table(file)


USAGE = {
    "no such folder": (["--data", "nowhere"], "nowhere"),
    "no data named": ([], "no data was named"),
    "an origin that is no day": (["--data", "{data}", "--origin", "30-12-2024"], "--origin is not a day"),
    "an origin before the data": (["--data", "{data}", "--origin", "2001-01-01"], "before the origin"),
    "an origin far after the data": (["--data", "{data}", "--origin", "2026-01-01"], "a gap of up to 7 days"),
    "a horizon of no days": (["--data", "{data}", "--horizon-days", "0"], "horizon_days"),
    "no such settings file": (["--data", "{data}", "--settings", "none.toml"], "none.toml"),
    "no such engine": (["--data", "{data}", "--engine", "abacus"], "engine"),
}


@pytest.mark.parametrize("case", USAGE)
def test_bad_usage_of_run(case: str, company: Path, tmp_path: Path) -> None:
    arguments, word = USAGE[case]
    done = sodai("run", *(a.format(data=company) for a in arguments), "--home", tmp_path / "home")
    assert_refused(done, word)


@pytest.mark.parametrize("case", USAGE)
def test_bad_usage_of_predict(case: str, company: Path, finished: tuple[Path, Answer]) -> None:
    arguments, word = USAGE[case]
    done = sodai("predict", *(a.format(data=company) for a in arguments), "--home", finished[0])
    assert_refused(done, word)


def test_a_setting_that_does_not_exist_is_named(company: Path, tmp_path: Path) -> None:
    (tmp_path / "sodai.toml").write_text("[learning]\ntrails = 3\n")
    done = sodai("run", "--data", company, "--settings", tmp_path / "sodai.toml", "--home", tmp_path / "home")
    assert done.code == 2
    assert "learning.trails" in done.err


def test_too_short_a_history_says_what_is_needed(own_company: Path, tmp_path: Path) -> None:
    changed(LINES, lambda t: t.filter(pc.greater(t["purchase_date"], pa.scalar(date(2024, 12, 15)))))(
        own_company
    )
    done = sodai("run", "--data", own_company, "--home", tmp_path / "home")
    assert done.code == 2, done.err
    assert "too short to learn from" in done.err


def test_a_home_that_is_a_file_is_refused(company: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    done = sodai("run", "--data", company, "--home", tmp_path / "home")
    assert done.code == 2
    assert "cannot be written" in done.err


def test_predict_without_a_champion_says_how_to_get_one(company: Path, tmp_path: Path) -> None:
    done = sodai("predict", "--data", company, "--home", tmp_path / "home")
    assert done.code == 2
    assert "there is no champion" in done.err
    assert "sodai run" in done.err


def test_a_registry_that_does_not_answer(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODAI_TRACKING__URI", "http://127.0.0.1:9")
    monkeypatch.setenv("SODAI_TRACKING__TIMEOUT_SECONDS", "1")
    monkeypatch.setenv("SODAI_TRACKING__ATTEMPTS", "2")
    done = sodai("run", "--data", company, "--home", tmp_path / "home")
    assert done.code == 1
    assert "did not answer" in done.err
    assert "127.0.0.1:9" in done.err
    assert "Traceback" not in done.err
