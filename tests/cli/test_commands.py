"""Each command, as a person and as a program use it."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from cli_help import Answer, sodai

from sodai.orchestration import TASKS
from sodai.settings.columns import PREDICTION_COLUMNS

COMMANDS = ["run", "predict", "backtest", "task", "simulate", "promote", "rollback", "publish", "features"]


@pytest.mark.parametrize("command", [*COMMANDS, "version", "drift"])
def test_every_command_has_help(command: str) -> None:
    done = sodai(command, "--help")
    assert done.code == 0
    assert "Usage: sodai" in done.out


HEAVY = ("numpy", "pandas", "ibis", "pyarrow", "pydantic", "mlflow", "rich")


def test_help_imports_no_library() -> None:
    code = f"""
import sys
sys.argv = ["sodai", "--help"]
from sodai.cli import main
try:
    main()
except SystemExit:
    pass
print([name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version() -> None:
    assert json.loads(sodai("version", "--json").out)["version"] in sodai("version").out


def test_features_are_listed() -> None:
    listed = json.loads(sodai("features", "--json").out)
    assert len(listed) >= 80
    assert len({feature["name"] for feature in listed}) == len(listed)
    assert all(feature["meaning"] and feature["unit"] and feature["family"] for feature in listed)
    assert sodai("features").out.endswith(f"{len(listed)} features\n")


def test_the_tasks_are_listed() -> None:
    listed = json.loads(sodai("task", "--list", "--json").out)
    assert [task["name"] for task in listed] == [spec.name for spec in TASKS]
    assert all(task["es"] for task in listed)


def test_a_run_says_what_it_is_worth(finished: tuple[Path, Answer]) -> None:
    home, done = finished
    for word in (
        "pr_auc",
        "ndcg@10",
        "Model",
        "predictions.parquet",
        "report.html",
        "sodai run --data FOLDER",
    ):
        assert word in done.out
    ended = re.findall(r"^\[ ?\d+/13\] (\w+) +(?:[\d.]+ s|skipped)", done.err, flags=re.MULTILINE)
    assert ended == [spec.name for spec in TASKS]
    (folder,) = home.glob("runs/*")
    assert {path.name for path in folder.iterdir()} == {spec.name for spec in TASKS}


def test_a_run_answers_programs_and_speaks_spanish(
    company: Path, settings_file: Path, own_home: Path
) -> None:
    command = ["run", "--data", company, "--home", own_home, "--settings", settings_file]
    said = json.loads(sodai(*command, "--json").out)
    assert {"origin", "figures", "predictions", "report", "version", "promoted"} <= set(said)
    assert Path(said["predictions"]).is_file()
    assert f"Semana {said['origin']} a " in sodai(*command, "--language", "es").out


def test_the_list_keeps_its_contract(finished: tuple[Path, Answer]) -> None:
    (file,) = finished[0].glob("predictions/origin=*/predictions.parquet")
    table = pq.read_table(file)
    assert table.column_names == list(PREDICTION_COLUMNS)
    frame = table.to_pandas()
    assert frame["probability"].between(0, 1).all()
    assert not frame.duplicated(["customer_id", "product_id"]).any()
    first = frame.sort_values(["customer_id", "probability", "product_id"], ascending=[True, False, True])
    assert (first.groupby("customer_id").cumcount() + 1 == first["rank"]).all()
    assert frame.loc[frame["buy"], "probability"].min() > frame.loc[~frame["buy"], "probability"].max()
    top = pd.read_csv(file.with_name("top.csv"))
    assert top["rank"].max() <= 10
    assert top["reasons_es"].notna().any()


def test_predict_gives_the_list_of_the_run(company: Path, settings_file: Path, own_home: Path) -> None:
    (file,) = own_home.glob("predictions/origin=*/predictions.parquet")
    before = file.read_bytes()
    done = sodai("predict", "--data", company, "--home", own_home, "--settings", settings_file, "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["predictions"] == str(file)
    assert pq.read_table(file).equals(pq.read_table(io.BytesIO(before)))
    assert not list(own_home.glob("work/*"))


def test_tasks_one_by_one(company: Path, settings_file: Path, tmp_path: Path) -> None:
    home = ["--home", tmp_path / "home"]
    started = sodai("task", "start_pipeline", "--data", company, *home, "--settings", settings_file)
    assert started.code == 0, started.err
    folder = started.out.strip()
    early = sodai("task", "validate_data", "--run", folder)
    assert early.code == 2
    assert "comes after extract_data" in early.err
    for name in ("extract_data", "validate_data"):
        done = sodai("task", name, "--run", folder)
        assert (done.code, done.out.strip()) == (0, folder)
        events = [json.loads(line) for line in done.err.splitlines()]
        assert [event["event"] for event in events] == ["task_started", "task_finished"]
        assert {event["run_id"] for event in events} == {Path(folder).name}
    again = sodai("task", "validate_data", "--run", "latest", *home, "--json")
    assert json.loads(again.out)["status"] == "done"
    assert again.err == ""
    assert (
        sodai("task", "validate_data", "--run", Path(folder).name, *home, "--again").err.count("task_") == 2
    )


BAD_TASKS = {
    "an unknown task": (["retrain", "--run", "latest"], "there is no task 'retrain'"),
    "no run named": (["extract_data"], "needs --run RUN"),
    "no data named": (["start_pipeline"], "needs --data FOLDER"),
    "no such run": (["extract_data", "--run", "2020-01-01-0"], "there is no run"),
    "the other branch": (["load_champion", "--run", "latest"], "it took retrain_model"),
}


@pytest.mark.parametrize("case", BAD_TASKS)
def test_tasks_that_make_no_sense(case: str, finished: tuple[Path, Answer]) -> None:
    arguments, word = BAD_TASKS[case]
    done = sodai("task", *arguments, "--home", finished[0])
    assert done.code == 2
    assert word in done.err


def test_simulate_with_an_event(tmp_path: Path) -> None:
    done = sodai(
        "simulate", "--out", tmp_path / "c", "--customers", "30", "--products", "12", "--weeks", "10",
        "--event", "price_shock:2024-12-02:0.5:2", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert (said["customers"], said["last_day"]) == (30, "2024-12-29")
    assert {"clientes.parquet", "productos.parquet", "transacciones.parquet", "truth.parquet"} <= {
        file.name for file in (tmp_path / "c").iterdir()
    }


@pytest.mark.parametrize(
    "event", ["price_shock", "price_shock:soon:1", "flood:2024-12-02:1", "volume:2024-12-02:big"]
)
def test_events_that_cannot_be_read(event: str, tmp_path: Path) -> None:
    done = sodai("simulate", "--out", tmp_path / "c", "--event", event)
    assert done.code == 2
    assert not (tmp_path / "c").exists()


def test_drift_is_shown(finished: tuple[Path, Answer]) -> None:
    done = sodai("drift", "show", "latest", "--home", finished[0])
    assert done.code == 0, done.err
    assert "There is no champion yet" in done.out
    assert "features" in json.loads(sodai("drift", "show", "--home", finished[0], "--json").out)


def test_a_decision_is_told_and_decided_again(finished: tuple[Path, Answer]) -> None:
    (record,) = finished[0].glob("runs/*/choose_path/record.json")
    told = sodai("drift", "explain", record, "--language", "es")
    assert told.code == 0, told.err
    assert "Decidido de nuevo desde el registro: lo mismo." in told.out
    assert json.loads(sodai("drift", "explain", record, "--json").out)["same"]
    refused = sodai("drift", "explain", record.with_name("path.json"))
    assert refused.code == 2
    assert "record.json" in refused.err


def test_drift_is_reported_as_one_page(finished: tuple[Path, Answer], tmp_path: Path) -> None:
    page = tmp_path / "drift.html"
    done = sodai("drift", "report", "--home", finished[0], "--out", page)
    assert done.code == 0, done.err
    assert "Qué cambió en los datos" in page.read_text(encoding="utf-8")


def test_champions_by_hand(own_home: Path) -> None:
    home = ["--home", own_home]
    listed = json.loads(sodai("promote", "--list", *home, "--json").out)
    (first,) = listed["promotions"]
    other = next(v["version"] for v in listed["versions"] if v["version"] != first["version"])
    assert sodai("rollback", *home).code == 2
    moved = sodai("promote", str(other), *home, "--force", "--why", "to see", "--json")
    assert (moved.code, json.loads(moved.out)["version"]) == (0, other)
    back = sodai("rollback", *home, "--why", "seen")
    assert back.code == 0
    assert f"champion: version {first['version']}" in back.out
    assert sodai("promote", "99", *home).code == 2
    assert "to see" in sodai("promote", "--list", *home).out


def test_a_version_that_its_gate_refused_is_refused_by_hand_too(own_home: Path) -> None:
    (file,) = own_home.glob("runs/*/promote_model/decision.json")
    decision = json.loads(file.read_text())
    decision.update(promote=False, reasons_en=["It is not better."])
    file.write_text(json.dumps(decision))
    done = sodai("promote", str(decision["version"]), "--home", own_home)
    assert done.code == 3
    assert "It is not better." in done.err
    assert "--force" in done.err


def test_the_week_that_is_live(own_home: Path, tmp_path: Path) -> None:
    home = ["--home", own_home]
    live = sodai("publish", *home, "--json")
    assert json.loads(live.out)["origin"].startswith("2024-12-")
    assert sodai("publish", "--previous", *home).code == 2
    assert sodai("publish", "--origin", "2024-01-01", *home).code == 2
    assert sodai("publish", "--home", tmp_path / "none").code == 2


def test_a_defect_is_one_line_and_debug_shows_where(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("sodai.orchestration.start.read_tables", broken)
    command = ["run", "--data", company, "--home", tmp_path / "home"]
    done = sodai(*command)
    assert done.code == 1
    assert "failed unexpectedly, ZeroDivisionError: by nothing" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in sodai("--debug", *command).err


def test_too_little_memory_names_the_setting(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODAI_FEATURES__MEMORY_LIMIT", "4MB")
    done = sodai("run", "--data", company, "--home", tmp_path / "home")
    assert done.code == 1
    assert "features.memory_limit" in done.err
