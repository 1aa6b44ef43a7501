"""One run: what fixes it (`RunInfo`), where its artifacts are, which of its tasks are done (`RunContext`)."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sodai.data.files import read_json, write_json
from sodai.orchestration.home import Home
from sodai.orchestration.specs import CHOOSE, KEEP, RETRAIN, TaskSpec
from sodai.settings import Settings, UsageError, load_settings

RUN_FILE, DONE_FILE = "run.json", "done.json"
DONE, SKIPPED = "done", "skipped"
_URLS = (("source", "url"), ("tracking", "uri"))
_SECRETS = (("tracking", "password"), ("tracking", "token"))
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")

Progress = Callable[[str, int, int], None]


def _no_progress(_what: str, _done: int, _total: int) -> None:
    return None


@dataclass(frozen=True)
class RunInfo:
    """What fixes a run; the same content of the data and the same settings give the same ``run_id``.

    ``today`` is the day the run was first started: a line dated after it cannot be true. ``last_day`` is the
    last day with a line before the origin. ``settings`` is the full snapshot, without passwords.
    """

    run_id: str
    origin: date
    horizon_days: int
    seed: int
    trials: int
    retrain: bool
    data: str
    fingerprint: str
    today: date
    last_day: date
    code_version: str
    settings: Mapping[str, Any]

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "RunInfo":
        """Rebuild the record that ``run.json`` holds."""
        days = {name: date.fromisoformat(record[name]) for name in ("origin", "today", "last_day")}
        return cls(**{**record, **days})


@dataclass(frozen=True)
class Done:
    """What a finished or skipped task leaves as ``done.json``, written after everything else.

    ``inputs`` are the digests of the upstream results it was made from, ``files`` the sizes of its artifacts:
    together they tell whether it still holds.
    """

    task: str
    status: str
    inputs: Mapping[str, str]
    summary: Mapping[str, Any]
    files: Mapping[str, int]
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def digest(self) -> str:
        """Digest of what the task did, without how long it took."""
        said = {"task": self.task, "status": self.status, "inputs": self.inputs, "summary": self.summary}
        return _digest(said)


@dataclass(frozen=True)
class RunContext:
    """What a task function gets: the run's record, its settings, its home, and where its files are.

    ``source`` is where the data is, with a password if it has one; ``progress(what, done, total)`` reports
    inside long tasks.
    """

    home: Home
    info: RunInfo
    settings: Settings
    source: str = field(repr=False)
    progress: Progress = field(default=_no_progress, compare=False)

    @classmethod
    def load(cls, folder: Path) -> "RunContext":
        """Open the run in ``folder``.

        Passwords are not kept in a run: they come from the environment (``SODAI_SOURCE__URL``,
        ``SODAI_TRACKING__URI``) again.

        Raises
        ------
        UsageError
            If the folder holds no run.
        """
        file = folder / "start_pipeline" / RUN_FILE
        if not file.is_file():
            raise UsageError(f"there is no run in {folder}", hint="Start one with sodai run.")
        info = RunInfo.from_json(read_json(file))
        settings = _settings_of(info)
        here = settings.source.url is not None and without_password(settings.source.url) == info.data
        source = str(settings.source.url) if here else info.data
        return cls(Home.at(folder.parent.parent), info, settings, source)

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.home.run_folder(self.info.run_id)

    def path(self, task: str, name: str = "") -> Path:
        """Return the path of a task's artifact, or of its folder."""
        return self.folder / task / name

    def with_progress(self, progress: Progress) -> "RunContext":
        """Return the same run, reporting to ``progress``."""
        return replace(self, progress=progress)

    def done(self, task: str) -> Done | None:
        """Return what the task left when it ended, or None while it has not."""
        file = self.path(task, DONE_FILE)
        return Done(**read_json(file)) if file.is_file() else None

    def summary(self, task: str) -> Mapping[str, Any]:
        """Return the summary of a task that has run.

        Raises
        ------
        UsageError
            If it has not, or if the branch went the other way.
        """
        done = self.done(task)
        if done is None or done.status != DONE:
            raise UsageError(
                f"task {task} of run {self.info.run_id} has not been done",
                hint=f"Run it first: sodai task {task} --run {self.info.run_id}",
            )
        return done.summary

    @property
    def branch(self) -> str | None:
        """What choose_path took: retrain_model, load_champion or block; None before it has."""
        done = self.done(CHOOSE)
        return None if done is None else str(done.summary["path"])

    @property
    def model_task(self) -> str:
        """The task that brought the model of this run: retrain_model or load_champion."""
        taken = self.branch
        if taken not in (RETRAIN, KEEP):
            raise UsageError(f"run {self.info.run_id} has no model", got=taken, allowed=f"{RETRAIN}, {KEEP}")
        return taken

    def takes(self, spec: TaskSpec) -> bool:
        """Tell whether the task is part of the run, as far as is known: all are before choose_path."""
        return self.branch is None or self.branch in spec.paths

    def inputs_of(self, spec: TaskSpec) -> dict[str, str]:
        """Return the digests of the results that a task is made from; a skipped branch is not one."""
        found = {name: self.done(name) for name in spec.upstream}
        digests = {
            name: done.digest for name, done in found.items() if done is not None and done.status == DONE
        }
        return digests or {
            "run": _digest(json.loads(self.path("start_pipeline", RUN_FILE).read_text("utf-8")))
        }

    def is_current(self, spec: TaskSpec) -> bool:
        """Tell whether a task was done, from the same inputs, and its files are still there."""
        done = self.done(spec.name)
        return (
            done is not None
            and done.status == (DONE if self.takes(spec) else SKIPPED)
            and done.inputs == self.inputs_of(spec)
            and all(_size(self.path(spec.name, name)) == size for name, size in done.files.items())
        )

    def finish(
        self, spec: TaskSpec, status: str, summary: Mapping[str, Any], spent: tuple[float, float] = (0.0, 0.0)
    ) -> Done:
        """Write ``done.json`` of a task, as the last thing it does; ``spent``: seconds by clock and CPU."""
        folder = self.path(spec.name)
        files = {
            str(file.relative_to(folder)): file.stat().st_size
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name != DONE_FILE and not file.name.startswith(".")
        }
        seconds, cpu_seconds = (round(time, 3) for time in spent)
        done = Done(spec.name, status, self.inputs_of(spec), summary, files, seconds, cpu_seconds)
        write_json(folder / DONE_FILE, done)
        return Done(**read_json(folder / DONE_FILE))


def without_password(url: str) -> str:
    """Hide the password of a URL.

    >>> without_password("postgres://ana:secret@db/shop")
    'postgres://ana:***@db/shop'
    """
    return _PASSWORD.sub(r"\1:***@", url)


def snapshot_of(settings: Settings) -> dict[str, Any]:
    """Return what can change a run's results as JSON-able values, without passwords and tokens."""
    snapshot = settings.model_dump(mode="json", exclude={"serving"})
    for section, name in _URLS:
        if snapshot[section][name]:
            snapshot[section][name] = without_password(snapshot[section][name])
    for section, name in _SECRETS:
        snapshot[section][name] = None
    return snapshot


def run_id_of(origin: date, fingerprint: str, settings: Settings, *, retrain: bool) -> str:
    """Return ``<origin>-<12 hex>``: the same data and settings give the same run.

    Seed, trials and horizon are settings. How long to wait for a lock or a server changes no result and is
    left out.
    """
    snapshot = snapshot_of(settings)
    snapshot.pop("orchestration")
    digest = _digest({"fingerprint": fingerprint, "settings": snapshot, "retrain": retrain})
    return f"{origin.isoformat()}-{digest[:12]}"


def write_run(home: Home, info: RunInfo) -> None:
    """Write ``run.json``, unless the run exists: the first start of a run fixes it."""
    file = home.run_folder(info.run_id) / "start_pipeline" / RUN_FILE
    if not file.is_file():
        write_json(file, asdict(info))


def _known(kept: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Leave out settings that there were when the run was started and that are no more."""
    found = {}
    for name, declared in model.model_fields.items():
        if name in kept:
            inner, value = declared.annotation, kept[name]
            section = isinstance(inner, type) and issubclass(inner, BaseModel) and isinstance(value, Mapping)
            found[name] = _known(value, inner) if section else value  # type: ignore[arg-type]
    return found


def _settings_of(info: RunInfo) -> Settings:
    """Rebuild the settings of a run, with the secrets of today's environment."""
    kept, now = Settings(**_known(info.settings, Settings)), load_settings()
    sections: dict[str, dict[str, Any]] = {"source": {}, "tracking": {}}
    for section, name in _SECRETS:
        sections[section][name] = getattr(getattr(now, section), name)
    for section, name in _URLS:
        then, url = getattr(getattr(kept, section), name), getattr(getattr(now, section), name)
        if then and url and without_password(url) == then:
            sections[section][name] = url
    changed = {
        section: getattr(kept, section).model_copy(update=update) for section, update in sections.items()
    }
    return kept.model_copy(update=changed)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else -1
