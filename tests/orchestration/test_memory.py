"""What earlier weeks decided is found in the home, and nothing later."""

from datetime import date

import pytest

from sodai.data import write_json
from sodai.drift import Earlier
from sodai.orchestration import Home
from sodai.orchestration.memory import earlier_decisions


def leave(home: Home, origin: str, path: str, **more: object) -> None:
    folder = home.run_folder(f"{origin}-{path}")
    write_json(folder / "start_pipeline" / "run.json", {"origin": origin})
    write_json(folder / "choose_path" / "path.json", {"path": path, **more})


def test_earlier_weeks_are_remembered_oldest_first(tmp_path):
    home = Home.at(tmp_path)
    leave(home, "2024-06-10", "block")
    leave(home, "2024-06-03", "retrain_model", expected_loss=0.3)
    leave(home, "2024-06-17", "load_champion")
    assert earlier_decisions(home, date(2024, 6, 17)) == (
        Earlier(date(2024, 6, 3), "retrain_model", 0.3),
        Earlier(date(2024, 6, 10), "block", 0.0),
    )


@pytest.mark.parametrize("origin", [date(2024, 6, 3), date(2020, 1, 1)])
def test_a_first_week_has_no_memory(tmp_path, origin):
    home = Home.at(tmp_path)
    leave(home, "2024-06-03", "retrain_model")
    assert earlier_decisions(home, origin) == ()
