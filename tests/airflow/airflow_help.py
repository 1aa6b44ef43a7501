"""What several tests of the flow on Airflow need: settings files, Airflow's API, and what a home holds."""

import json
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import httpx

if TYPE_CHECKING:
    from sodai_airflow.local import LocalAirflow


def write_settings(file: Path, companies: Iterable[dict[str, Any]], **sections: dict[str, Any]) -> Path:
    """Write a settings file; values are written as JSON, which TOML reads."""
    lines: list[str] = []
    for company in companies:
        environment = company.get("environment", {})
        plain = {key: value for key, value in company.items() if key != "environment"}
        lines += ["[[companies]]", *(f"{key} = {json.dumps(value)}" for key, value in plain.items())]
        lines += ["[companies.environment]", *(f"{k} = {json.dumps(v)}" for k, v in environment.items())]
    for section, values in sections.items():
        tables = {name: value for name, value in values.items() if isinstance(value, dict)}
        lines += [f"[{section}]", *(f"{k} = {json.dumps(v)}" for k, v in values.items() if k not in tables)]
        for name, table in tables.items():
            lines += [f"[{section}.{name}]", *(f"{k} = {json.dumps(v)}" for k, v in table.items())]
    file.write_text("\n".join(lines) + "\n")
    return file


def the_lists(home: Path) -> dict[str, bytes]:
    """Return what is published, by origin."""
    files = home.glob("predictions/origin=*/predictions.parquet")
    return {file.parent.name.removeprefix("origin="): file.read_bytes() for file in files}


def statuses(home: Path, origin: str) -> dict[str, str]:
    """Return how each task of the run of an origin ended."""
    files = home.glob(f"runs/{origin}-*/*/done.json")
    return {file.parent.name: json.loads(file.read_text())["status"] for file in files}


def live(home: Path) -> str:
    """Return the origin of the week that is live."""
    return str(json.loads((home / "predictions" / "live.json").read_text())["origin"])


class Api:
    """Airflow's own API, for one DAG."""

    def __init__(self, airflow: "LocalAirflow", dag_id: str = "sodai_weekly") -> None:
        login = {"username": "admin", "password": airflow.password}
        token = (
            httpx.post(f"{airflow.address}/auth/token", json=login).raise_for_status().json()["access_token"]
        )
        self.client = httpx.Client(
            base_url=f"{airflow.address}/api/v2", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        self.dag = f"/dags/{dag_id}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, params=query).raise_for_status().json()

    def unpause(self) -> None:
        """Let the DAG run, once Airflow has read it."""
        until(lambda: self.client.get(self.dag).status_code == 200, "the DAG to be read")
        self.client.patch(self.dag, json={"is_paused": False}).raise_for_status()

    def trigger(self, **conf: Any) -> str:
        asked = {"logical_date": None, "conf": conf}
        return str(
            self.client.post(f"{self.dag}/dagRuns", json=asked).raise_for_status().json()["dag_run_id"]
        )

    def runs(self, kind: str) -> list[dict[str, Any]]:
        """Return the runs of a kind (manual, backfill, ...), in the order in which they started."""
        found = self.get(f"{self.dag}/dagRuns", run_type=kind, limit=100)["dag_runs"]
        return sorted(found, key=lambda run: run["start_date"] or "9")

    def ended(self, kind: str, count: int) -> list[dict[str, Any]]:
        """Wait until so many runs of a kind have ended."""

        def over() -> bool:
            return sum(run["state"] in ENDED for run in self.runs(kind)) >= count

        until(over, f"{count} runs to end")
        return self.runs(kind)

    def end(self, run: str) -> None:
        """Stop a run that has shown what a test wanted to see, and start no other."""
        self.client.patch(self.dag, json={"is_paused": True}).raise_for_status()
        self.client.patch(f"{self.dag}/dagRuns/{run}", json={"state": "failed"}).raise_for_status()

    def tasks(self, run: str) -> dict[str, dict[str, Any]]:
        listed = self.get(f"{self.dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {task["task_id"]: task for task in listed}


ENDED = ("success", "failed")


class Told(BaseHTTPRequestHandler):
    """A webhook that keeps what it was told."""

    heard: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


def until(reached: Callable[[], bool], what: str, seconds: float = 400) -> None:
    """Wait for something that another process does; an API that is away for a moment is asked again."""
    limit = time.monotonic() + seconds
    while True:
        try:
            if reached():
                return
        except (httpx.TransportError, httpx.HTTPStatusError):
            pass
        assert time.monotonic() < limit, f"waited {seconds} s for {what}"
        time.sleep(0.3)
