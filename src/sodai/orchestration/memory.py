"""What earlier weeks decided: runs leave their decisions, and the next decision remembers them."""

from datetime import date

from sodai.data import read_json
from sodai.drift import Earlier
from sodai.orchestration.context import RUN_FILE
from sodai.orchestration.home import Home

PATH_FILE = "path.json"
START = "start_pipeline"


def earlier_decisions(home: Home, origin: date) -> tuple[Earlier, ...]:
    """Return the decisions of the runs of earlier origins, oldest first."""
    found = []
    for file in home.runs.glob(f"*/choose_path/{PATH_FILE}"):
        day = date.fromisoformat(read_json(file.parents[1] / START / RUN_FILE)["origin"])
        if day < origin:
            told = read_json(file)
            found.append(Earlier(day, told["path"], told.get("expected_loss", 0.0)))
    return tuple(sorted(found, key=lambda e: (e.origin, e.path)))
