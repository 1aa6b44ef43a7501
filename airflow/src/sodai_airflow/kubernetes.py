"""The same tasks, each in a pod (extra ``kubernetes``); volumes and secrets come from a pod template."""

import json
from collections.abc import Sequence
from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import BranchMixIn, Context
from airflow.sdk.exceptions import AirflowException
from kubernetes.client import V1Pod, V1ResourceRequirements

from sodai_airflow.command import FINAL, failure
from sodai_airflow.operators import SodaiTask
from sodai_airflow.settings import Launch, Limits

# The command unchanged, with its answer where Airflow's sidecar picks it up.
_ANSWERED = ["sh", "-c", 'exec "$0" "$@" > /airflow/xcom/return.json']


def options(launch: Launch, limits: Limits, environment: dict[str, str]) -> dict[str, Any]:
    """Return what the operator needs to know besides the command."""
    wanted = {"cpu": limits.cpus, "memory": limits.memory and _quantity(limits.memory)}
    bounds = {name: str(value) for name, value in wanted.items() if value}
    return {
        "image": launch.image,
        "namespace": launch.namespace,
        "pod_template_file": launch.pod_template,
        "env_vars": environment,
        "container_resources": V1ResourceRequirements(requests=bounds, limits=bounds),
        "on_finish_action": "delete_pod",
        "do_xcom_push": True,
    }


class PodTask(SodaiTask, KubernetesPodOperator):
    """Starts SodAI in a pod."""

    ui_color, ui_fgcolor = "#ece8f8", "#2b1f52"

    def start(self, arguments: Sequence[str], context: Context) -> list[str]:
        """Run the command; the pod's log is the log of the task."""
        self.name = f"{self.company.dag_id}-{self.spec.name}".replace("_", "-")
        self.cmds = [*_ANSWERED, *self.settings.launch.command]
        self.arguments = list(arguments)
        answer = KubernetesPodOperator.execute(self, context)
        return [json.dumps(answer)]

    def cleanup(self, pod: V1Pod, remote_pod: V1Pod, *rest: Any, **named: Any) -> None:
        """Tidy up, and say whether a failure is worth another try.

        Raises
        ------
        AirflowFailException
            If the exit code says that it is not.
        """
        try:
            super().cleanup(pod, remote_pod, *rest, **named)
        except AirflowException as error:
            code = exit_code(remote_pod, self.base_container_name)
            if code in FINAL:
                raise failure(code, str(error)) from error
            raise


class PodChoice(PodTask, BranchMixIn):
    """The branch, in a pod."""

    inherits_from_skipmixin = True


def exit_code(pod: V1Pod, container: str) -> int | None:
    """Return the exit code of a container that has ended."""
    for status in (pod.status and pod.status.container_statuses) or ():
        if status.name == container and status.state and status.state.terminated:
            return int(status.state.terminated.exit_code)
    return None


def _quantity(memory: str) -> str:
    """Write a size as Kubernetes does.

    >>> _quantity("2g")
    '2Gi'
    """
    return f"{memory[:-1]}{memory[-1].upper()}i"
