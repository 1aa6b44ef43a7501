"""A broken delivery blocks its week: nothing is published, and everything that a person reads says so."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_help import Answer, sodai

from sodai.data import read_json, write_json
from sodai.orchestration import TASKS
from sodai.orchestration.context import RunContext
from sodai.orchestration.tasks import drift

WHY = {
    "why_en": "The newest week has 3 % of the usual lines.",
    "why_es": "La semana más reciente tiene el 3 % de las líneas usuales.",
}


def choose_block(run: RunContext) -> dict[str, Any]:
    decision = {"path": "block", "rule": "broken_delivery", **WHY}
    write_json(run.path("choose_path", "path.json"), decision)
    return {**decision, "note": "block"}


@pytest.fixture
def blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "choose_path", choose_block)


def published(home: Path) -> dict[str, bytes]:
    return {str(f.relative_to(home)): f.read_bytes() for f in home.glob("predictions/**/*") if f.is_file()}


def statuses(home: Path, origin: str) -> dict[str, str]:
    files = home.glob(f"runs/{origin}-*/*/done.json")
    return {file.parent.name: read_json(file)["status"] for file in files}


@pytest.mark.slow
def test_a_blocked_week_leaves_the_last_good_one_live(
    blocking: None, company: Path, settings_file: Path, own_home: Path
) -> None:
    live = read_json(own_home / "predictions" / "live.json")["origin"]
    before, champion = published(own_home), sodai("promote", "--list", "--home", own_home, "--json").out
    later = (date.fromisoformat(live) + timedelta(days=1)).isoformat()
    command = ["run", "--data", company, "--home", own_home, "--settings", settings_file, "--origin", later]

    done = sodai(*command)
    assert done.code == 3, done.err
    assert done.err.count("skipped") == 6
    assert WHY["why_en"] in " ".join(done.out.split())
    assert f"the week of {live} stays live" in done.out
    assert statuses(own_home, later) == {
        spec.name: "done" if "block" in spec.paths else "skipped" for spec in TASKS
    }
    assert published(own_home) == before
    assert sodai("promote", "--list", "--home", own_home, "--json").out == champion
    (report,) = own_home.glob(f"runs/{later}-*/publish_results/report.html")
    page = report.read_text(encoding="utf-8")
    assert all(why in page for why in WHY.values())
    assert (own_home / "reports" / f"{report.parent.parent.name}.html").read_text("utf-8") == page

    again = sodai(*command, "--json")
    assert again.code == 3
    said = json.loads(again.out)
    assert said["blocked"]
    assert said["live"] == live
    assert said | WHY == said
    spanish = sodai(*command, "--language", "es")
    assert WHY["why_es"] in " ".join(spanish.out.split())


@pytest.mark.slow
def test_a_blocked_first_week_that_is_mended_is_published(
    company: Path, settings_file: Path, finished: tuple[Path, Answer], tmp_path: Path
) -> None:
    """The delivery that comes next is another run; this one, chosen again, goes on as if never blocked."""
    home = tmp_path / "home"
    command = ["run", "--data", company, "--home", home, "--settings", settings_file]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drift, "choose_path", choose_block)
        done = sodai(*command)
    assert done.code == 3, done.err
    assert "no week has been published yet" in done.out
    assert not (home / "predictions" / "live.json").exists()
    (chosen,) = home.glob("runs/*/choose_path/done.json")
    chosen.unlink()
    done = sodai(*command)
    assert done.code == 0, done.err
    lists = [next(place.glob("predictions/origin=*/predictions.parquet")) for place in (home, finished[0])]
    assert lists[0].read_bytes() == lists[1].read_bytes()
