"""The live week: publishing, taking back, backfills, and what a killed publisher leaves behind."""

import errno
import json
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.publishing import (
    go_live,
    live,
    live_week,
    publish,
    publish_previous,
    published_origins,
    published_week,
)
from sodai.settings import HomeError, InputError, UsageError

FIRST = date(2024, 12, 2)
SECOND = date(2024, 12, 9)
THIRD = date(2024, 12, 16)


def predictions(origin: date, probability: float = 0.25, rows: int = 3) -> pa.Table:
    return pa.table(
        {
            "origin": pa.array([origin] * rows, pa.date32()),
            "customer_id": pa.array([7] * rows),
            "product_id": pa.array(range(rows)),
            "probability": pa.array([probability] * rows),
            "rank": pa.array(range(1, rows + 1), pa.int32()),
            "expected_items": pa.array([1.0] * rows),
            "buy": pa.array([False] * rows),
        }
    )


def everything(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_before_the_first_publication_no_week_is_live(tmp_path: Path) -> None:
    assert live_week(tmp_path) is None
    assert published_origins(tmp_path) == []


def test_a_published_week_is_live_and_holds_what_was_given(tmp_path: Path) -> None:
    table = predictions(FIRST)

    published = publish(tmp_path, FIRST, table, run_id="run-1", model_version=4)

    assert published.is_live
    found = live_week(tmp_path)
    assert found is not None
    assert (found.week, found.previous) == (published.week, None)
    assert (found.week.run_id, found.week.model_version, found.week.rows) == ("run-1", 4, 3)
    file = tmp_path / "predictions" / "origin=2024-12-02" / "predictions.parquet"
    assert found.week.file(tmp_path) == file
    assert pq.ParquetFile(file).read().equals(table)
    raw = json.loads((tmp_path / "predictions" / "live.json").read_text())
    assert raw.keys() == {"origin", "previous", "run_id", "model_version", "published_at", "digest", "rows"}


def test_a_file_is_published_byte_by_byte(tmp_path: Path) -> None:
    source = tmp_path / "made.parquet"
    pq.write_table(predictions(FIRST), source)

    week = publish(tmp_path / "home", FIRST, source, run_id="run-1").week

    assert week.file(tmp_path / "home").read_bytes() == source.read_bytes()
    assert source.exists()


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    before = everything(tmp_path)

    assert publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1") == first
    assert everything(tmp_path) == before


def test_another_run_of_the_live_week_replaces_it_and_keeps_the_previous_one(tmp_path: Path) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")
    published = publish(tmp_path, SECOND, predictions(SECOND, 0.5), run_id="run-2b")

    found = live_week(tmp_path)
    assert found is not None
    assert published.is_live
    assert (found.week.run_id, found.previous) == ("run-2b", FIRST)


def test_a_backfill_is_written_but_does_not_go_live_unless_forced(tmp_path: Path) -> None:
    publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")

    backfill = publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")

    assert not backfill.is_live
    assert backfill.week.file(tmp_path).exists()
    assert live_week(tmp_path).week.origin == SECOND
    assert published_week(tmp_path, FIRST) == backfill.week
    forced = publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1", force=True)
    assert forced.is_live
    assert (live_week(tmp_path).week.origin, live_week(tmp_path).previous) == (FIRST, SECOND)


def test_the_previous_week_comes_back_and_a_second_time_undoes_it(tmp_path: Path) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")

    back = publish_previous(tmp_path)

    assert (back.week.origin, back.week.run_id, back.previous) == (FIRST, "run-1", SECOND)
    assert publish_previous(tmp_path).week.origin == SECOND


def test_a_week_that_was_taken_back_stays_back_when_its_run_is_repeated(tmp_path: Path) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")
    publish_previous(tmp_path)

    assert not publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2").is_live
    assert live_week(tmp_path).week.origin == FIRST
    assert publish(tmp_path, SECOND, predictions(SECOND, 0.5), run_id="run-2b").is_live


def test_without_a_previous_week_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no week was live before"):
        publish_previous(tmp_path)
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    with pytest.raises(UsageError, match="no week was live before"):
        publish_previous(tmp_path)


def test_a_named_week_goes_live(tmp_path: Path) -> None:
    for origin in (FIRST, SECOND, THIRD):
        publish(tmp_path, origin, predictions(origin), run_id=f"run-{origin}")

    went = go_live(tmp_path, FIRST)

    assert (went.week.origin, went.previous) == (FIRST, THIRD)
    assert go_live(tmp_path, FIRST) == went
    with pytest.raises(UsageError, match=r"never published.*2024-12-02, 2024-12-09, 2024-12-16"):
        go_live(tmp_path, date(2024, 11, 4))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (predictions(SECOND), "another origin.*2024-12-09.*2024-12-02"),
        (predictions(FIRST).drop_columns(["buy", "rank"]), "lack columns; got rank, buy"),
        (predictions(FIRST, rows=0), "no predictions for 2024-12-02"),
    ],
)
def test_what_is_not_the_weeks_predictions_is_refused_and_nothing_is_written(
    tmp_path: Path, table: pa.Table, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        publish(tmp_path, FIRST, table, run_id="run-1")
    assert everything(tmp_path) == {}


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "cut.parquet"
    pq.write_table(predictions(FIRST), source)
    source.write_bytes(source.read_bytes()[:-20])

    with pytest.raises(InputError, match="cannot read"):
        publish(tmp_path / "home", FIRST, source, run_id="run-1")


def test_a_full_disk_leaves_the_live_week_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    before = everything(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sodai.data.files.pq.write_table", full)
    with pytest.raises(HomeError, match="No space left"):
        publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("killed_at", ["published.json", "live.json"])
def test_a_publisher_that_was_killed_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    real = live.write_json

    def killed(path: Path, obj: object) -> None:
        if path.name == killed_at:
            raise KeyboardInterrupt
        real(path, obj)

    monkeypatch.setattr(live, "write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2")
    assert live_week(tmp_path).week.origin == FIRST
    monkeypatch.setattr(live, "write_json", real)

    assert publish(tmp_path, SECOND, predictions(SECOND), run_id="run-2").is_live
    assert live_week(tmp_path).previous == FIRST


def test_predictions_that_do_not_fit_their_record_are_written_again(tmp_path: Path) -> None:
    week = publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1").week
    week.file(tmp_path).write_bytes(b"from a run that was killed before its record")

    again = publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1").week

    assert again.digest == week.digest
    assert pq.ParquetFile(week.file(tmp_path)).read().equals(predictions(FIRST))


def test_a_record_in_an_unknown_form_is_told(tmp_path: Path) -> None:
    publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")
    (tmp_path / "predictions" / "live.json").write_text('{"origin": "soon", "previous": null}')
    with pytest.raises(InputError, match="unknown form"):
        live_week(tmp_path)


def test_a_second_publisher_is_told_when_the_first_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOCK_WAIT_SECONDS", 0.05)
    (tmp_path / "predictions").mkdir()
    with (
        FileLock(tmp_path / "predictions" / ".lock"),
        pytest.raises(HomeError, match="another process is publishing"),
    ):
        publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "predictions").write_text("in the way")
    with pytest.raises(HomeError, match="cannot write"):
        publish(tmp_path, FIRST, predictions(FIRST), run_id="run-1")


class Model:
    """What the live week should be, kept in two variables."""

    def __init__(self) -> None:
        self.live: int | None = None
        self.previous: int | None = None
        self.known: set[int] = set()

    def switch(self, week: int) -> None:
        if self.live != week:
            self.previous, self.live = self.live, week

    def publish(self, week: int) -> None:
        taken_back = week in self.known and self.previous == week
        self.known.add(week)
        if self.live is None or (week >= self.live and not taken_back):
            self.switch(week)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.one_of(st.integers(0, 3), st.just("previous")), max_size=8))
def test_any_sequence_of_switches_agrees_with_two_variables(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]
) -> None:
    home, model = tmp_path_factory.mktemp("home"), Model()
    for step in steps:
        if isinstance(step, int):
            origin = FIRST + timedelta(weeks=step)
            publish(home, origin, predictions(origin), run_id=f"run-{step}")
            model.publish(step)
        elif model.previous is None:
            with pytest.raises(UsageError):
                publish_previous(home)
        else:
            publish_previous(home)
            model.switch(model.previous)
    found = live_week(home)
    expected = (None, None) if model.live is None else (model.live, model.previous)
    actual = (None, None) if found is None else (_week(found.week.origin), _week(found.previous))
    assert actual == expected


def _week(origin: date | None) -> int | None:
    return None if origin is None else (origin - FIRST).days // 7
