"""One typed object with every setting of the flow on Airflow: a TOML file, then ``SODAI_AIRFLOW_*``.

The file is named by ``SODAI_AIRFLOW_SETTINGS``. Passwords belong in variables, such as
``SODAI_AIRFLOW_ALERTS__SMTP_PASSWORD``. What concerns the company itself (columns, training, gate) is in its
``sodai.toml``.
"""

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sodai_airflow.tasks import RETRAIN, all_tasks

FILE_VARIABLE = "SODAI_AIRFLOW_SETTINGS"
TRAINING_POOL = "sodai_training"
BY_HAND, ON_DATA = "manual", "data"


class Section(BaseModel):
    """A part of the settings: frozen, and a key that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"there is no time zone {name!r}") from error
    return name


class Company(Section):
    """One company: its DAG, its data, its home, and when its weeks run.

    ``name`` makes the DAG ``sodai_weekly_NAME``; without one it is ``sodai_weekly``. ``schedule`` is a cron
    expression in ``timezone``, ``data`` (a new file in the folder ``data`` starts a run) or ``manual``.
    ``catchup`` runs the weeks since ``start`` that were missed. ``executor`` names one of Airflow's, where it
    has several. ``environment`` is for SodAI's commands.
    """

    name: str = Field("", pattern=r"^[a-z0-9_]*$")
    data: str
    home: str
    settings: str | None = None
    schedule: str = "0 6 * * 1"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "America/Santiago"
    start: date = date(2024, 1, 1)
    catchup: bool = False
    poll_seconds: float = Field(60.0, gt=0)
    executor: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _places(self) -> "Company":
        if not Path(self.home).is_absolute():
            raise ValueError(f"home must be an absolute path, got {self.home!r}")
        is_folder = "://" not in self.data
        if is_folder and not Path(self.data).is_absolute():
            raise ValueError(f"data must be an absolute path or a URL, got {self.data!r}")
        if self.schedule == ON_DATA and not is_folder:
            raise ValueError(f"schedule = {ON_DATA!r} watches a folder, data is a URL; use a cron expression")
        return self

    @property
    def dag_id(self) -> str:
        """Name of its DAG."""
        return f"sodai_weekly_{self.name}" if self.name else "sodai_weekly"


class Launch(Section):
    """How a task is started: a local process, a container or a Kubernetes pod, with the same command.

    ``mounts`` are ``SOURCE:TARGET`` of a container; ``pod_template`` is a file with volumes, secrets and
    whatever else a pod needs.
    """

    kind: Literal["process", "docker", "kubernetes"] = "process"
    command: tuple[str, ...] = ("sodai",)
    image: str | None = None
    mounts: tuple[str, ...] = ()
    network: str | None = None
    namespace: str = "default"
    pod_template: str | None = None

    @model_validator(mode="after")
    def _image_where_it_is_needed(self) -> "Launch":
        if self.kind != "process" and not self.image:
            raise ValueError(f"launch.kind = {self.kind!r} needs launch.image")
        return self


class Limits(Section):
    """What one task may use; a key that is not given is that of ``defaults``.

    ``minutes`` is the timeout of one try. Between ``retries`` the wait begins with ``retry_seconds`` and
    doubles up to an hour. ``cpus`` and ``memory`` (``2g``) are for containers and pods.
    """

    minutes: float | None = Field(None, gt=0)
    retries: int | None = Field(None, ge=0)
    retry_seconds: float | None = Field(None, gt=0)
    pool: str | None = None
    slots: int | None = Field(None, ge=1)
    queue: str | None = None
    cpus: float | None = Field(None, gt=0)
    memory: str | None = Field(None, pattern=r"^\d+[kmg]$")

    def over(self, below: "Limits") -> "Limits":
        """Lay these over others."""
        return Limits(**{**below.model_dump(), **self.model_dump(exclude_none=True)})


class Alerts(Section):
    """Who hears that a task failed for good, or that a week was blocked; the log of the task always does."""

    webhook: SecretStr | None = None
    email_to: tuple[str, ...] = ()
    email_from: str = "sodai@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    timeout_seconds: float = Field(10.0, gt=0)


DEFAULTS = Limits(minutes=30, retries=3, retry_seconds=60, pool="default_pool", slots=1)
TASK_DEFAULTS = {RETRAIN: Limits(minutes=360, pool=TRAINING_POOL)}


class AirflowSettings(BaseSettings):
    """All settings of the flow on Airflow."""

    model_config = SettingsConfigDict(
        env_prefix="SODAI_AIRFLOW_", env_nested_delimiter="__", frozen=True, extra="forbid", toml_file=None
    )

    companies: tuple[Company, ...] = Field(min_length=1)
    launch: Launch = Launch()
    defaults: Limits = Limits()
    tasks: dict[str, Limits] = Field(default_factory=dict)
    alerts: Alerts = Alerts()

    @model_validator(mode="after")
    def _names(self) -> "AirflowSettings":
        unknown = sorted(set(self.tasks) - set(all_tasks()))
        if unknown:
            raise ValueError(f"no such task: {', '.join(unknown)}; allowed: {', '.join(all_tasks())}")
        names = [company.dag_id for company in self.companies]
        if len(set(names)) < len(names):
            raise ValueError(f"two companies have the same name: {', '.join(names)}")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of the sources: arguments, then environment, then the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def limits_of(self, task: str) -> Limits:
        """Say what a task may use: its own settings, then the common ones, then what is usual for it."""
        usual = TASK_DEFAULTS.get(task, Limits()).over(DEFAULTS)
        return self.tasks.get(task, Limits()).over(self.defaults.over(usual))


def airflow_settings() -> AirflowSettings:
    """Read the settings of this Airflow.

    Raises
    ------
    FileNotFoundError
        If ``SODAI_AIRFLOW_SETTINGS`` names no file.
    pydantic.ValidationError
        If a key or value is not allowed.
    """
    name = os.environ.get(FILE_VARIABLE, "")
    file = Path(name)
    if not file.is_file():
        raise FileNotFoundError(f"{FILE_VARIABLE} must name a TOML file with the companies; got {name!r}")

    class FromFile(AirflowSettings):
        model_config = SettingsConfigDict(toml_file=file)

    return FromFile()
