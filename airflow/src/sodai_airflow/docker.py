"""The same tasks, each in a container (extra ``docker``); the settings say what is mounted."""

import re
from collections.abc import Sequence
from typing import Any

from airflow.providers.docker.exceptions import DockerContainerFailedException
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import BranchMixIn, Context

from sodai_airflow.command import failure
from sodai_airflow.operators import SodaiTask
from sodai_airflow.settings import Launch, Limits

_STATUS = re.compile(r"'StatusCode': (\d+)")


def options(launch: Launch, limits: Limits, environment: dict[str, str]) -> dict[str, Any]:
    """Return what the operator needs to know besides the command."""
    return {
        "image": launch.image,
        "environment": environment,
        "mounts": [_mount(text) for text in launch.mounts],
        "network_mode": launch.network,
        "cpus": limits.cpus or 1.0,
        "mem_limit": limits.memory,
        "auto_remove": "force",
        "mount_tmp_dir": False,
        "xcom_all": True,
    }


class ContainerTask(SodaiTask, DockerOperator):
    """Starts SodAI in a container."""

    ui_color, ui_fgcolor = "#e5eef8", "#12304d"

    def start(self, arguments: Sequence[str], context: Context) -> list[str]:
        """Run the command; the container's log is the log of the task."""
        self.command = [*self.settings.launch.command, *arguments]
        try:
            return list(DockerOperator.execute(self, context) or ())
        except DockerContainerFailedException as error:
            status = _STATUS.search(str(error))
            last = (error.logs or [""])[-1]
            raise failure(int(status[1]) if status else None, str(last)) from error


class ContainerChoice(ContainerTask, BranchMixIn):
    """The branch, in a container."""

    inherits_from_skipmixin = True


def _mount(text: str) -> dict[str, str]:
    source, _, target = text.partition(":")
    return {"source": source, "target": target or source, "type": "bind"}
