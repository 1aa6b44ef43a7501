"""The promotion ledger: append-only, tolerant of a cut-off end, intolerant of edits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.settings import HomeError
from sodai.tracking.ledger import GENESIS, Ledger, Promotion


def append(ledger: Ledger, version: int, **more: object) -> Promotion:
    evidence = more.get("evidence", {})
    return ledger.append(
        "promote",
        version,
        version - 1 or None,
        why=f"because {version}",
        run_id=f"run-{version}",
        evidence=evidence,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "registry" / "ledger.jsonl")


def test_a_ledger_that_does_not_exist_is_empty(ledger: Ledger) -> None:
    assert ledger.entries() == []
    assert ledger.champion_at(datetime.now(UTC)) is None


def test_each_line_carries_the_digest_of_the_one_before(ledger: Ledger) -> None:
    made = [append(ledger, version) for version in (1, 2, 3)]

    assert ledger.entries() == made
    raw = [json.loads(line) for line in ledger.file.read_text().splitlines()]
    assert [line["before"] for line in raw] == [GENESIS, made[0].digest, made[1].digest]
    assert [line["number"] for line in raw] == [1, 2, 3]


def test_evidence_is_kept_as_json_holds_it(ledger: Ledger, tmp_path: Path) -> None:
    given_evidence = {
        "gain": np.float32(0.5),
        "bound": float("nan"),
        "passed": np.bool_(True),
        "interval": (1, np.int64(2)),
        "where": tmp_path,
        "ñ": {"es": "sí"},
    }
    append(ledger, 1, evidence=given_evidence)

    assert ledger.entries()[0].evidence == {
        "gain": 0.5,
        "bound": None,
        "passed": True,
        "interval": [1, 2],
        "where": str(tmp_path),
        "ñ": {"es": "sí"},
    }


def test_who_was_champion_when(ledger: Ledger) -> None:
    first, second = append(ledger, 1), append(ledger, 2)
    at = datetime.fromisoformat(first.at)

    assert ledger.champion_at(at - timedelta(seconds=1)) is None
    assert ledger.champion_at(datetime.fromisoformat(second.at)) == second
    assert ledger.find("run-1", 1) == first
    assert ledger.find("run-1", 2) is None


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_wherever_a_crash_cuts_the_last_line_the_others_stay_and_the_next_fits(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")
    made = [append(ledger, version) for version in (1, 2)]
    whole = ledger.file.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    kept = len(whole) - data.draw(st.integers(1, last))
    ledger.file.write_bytes(whole[:kept])

    # Only the line's end is lost: the entry is there, and a new one begins on a line of its own.
    survivors = made if kept == len(whole) - 1 else made[:1]
    assert ledger.entries() == survivors
    added = append(ledger, 9)
    assert ledger.entries() == [*survivors, added]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_edit_of_a_finished_line_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.jsonl")
    for version in (1, 2, 3):
        append(ledger, version)
    lines = ledger.file.read_text().splitlines(keepends=True)
    which = data.draw(st.integers(0, 2))
    edit = data.draw(st.sampled_from(["why", "version", "at", "evidence", "removed", "moved", "resealed"]))
    if edit == "removed":
        del lines[min(which, 1)]
    elif edit == "moved":
        lines[0], lines[1] = lines[1], lines[0]
    else:
        entry = json.loads(lines[which])
        entry["why" if edit == "resealed" else edit] = {"version": 8, "evidence": {"x": 1}}.get(edit, "other")
        changed = Promotion(**entry)
        # Even with a fresh digest of its own, it no longer fits what follows; the last line has no follower.
        if edit == "resealed":
            which, changed = min(which, 1), Promotion(**{**entry, "number": min(which, 1) + 1}).sealed()
        lines[which] = changed.line() + "\n"
    ledger.file.write_text("".join(lines))

    with pytest.raises(HomeError, match="was edited: line"):
        ledger.entries()
    with pytest.raises(HomeError, match="was edited"):
        append(ledger, 4)


def test_garbage_in_the_middle_is_an_edit_not_a_crash(ledger: Ledger) -> None:
    for version in (1, 2):
        append(ledger, version)
    first, second = ledger.file.read_text().splitlines(keepends=True)
    ledger.file.write_text(f"{first}garbage\n{second}")
    with pytest.raises(HomeError, match="line 2 breaks the chain"):
        ledger.entries()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "registry").write_text("in the way")
    ledger = Ledger(tmp_path / "registry" / "ledger.jsonl")
    with pytest.raises(HomeError, match="cannot"):
        append(ledger, 1)
