"""A container and a pod are asked for with the same command, and what they answer means the same."""

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from kubernetes.client import V1Pod, V1PodStatus
from kubernetes.client.models import (
    V1ContainerState,
    V1ContainerStateTerminated,
    V1ContainerStatus,
)

from sodai_airflow import AirflowSettings, Company, weekly_dag
from sodai_airflow.docker import ContainerChoice, ContainerTask
from sodai_airflow.kubernetes import PodChoice, PodTask, exit_code

COMPANY = Company(data="/data", home="/home", environment={"SODAI_TRACKING__URI": "http://mlflow"})
LIMITS = {"retrain_model": {"cpus": 4, "memory": "8g"}}
ARGUMENTS = ["task", "retrain_model", "--json", "--run", "/home/runs/r"]
ANSWER = '{"run": "/home/runs/r", "summary": {}}'


def tasks_of(kind: str, **launch: Any) -> dict[str, Any]:
    settings = AirflowSettings(
        companies=(COMPANY,), launch={"kind": kind, "image": "sodai:1", **launch}, tasks=LIMITS
    )
    return weekly_dag(COMPANY, settings).task_dict


class Engine:
    """A container engine that answers as Docker's API does."""

    def __init__(self, status: int, lines: list[str]) -> None:
        self.status, self.lines, self.asked = status, lines, dict[str, Any]()

    def images(self, name: str) -> list[str]:
        return [name]

    def create_host_config(self, **options: Any) -> dict[str, Any]:
        return options

    def create_container(self, **options: Any) -> dict[str, str]:
        self.asked = options
        return {"Id": "c1"}

    def attach(self, **_options: Any) -> list[bytes]:
        return [f"{line}\n".encode() for line in self.lines]

    def start(self, _container: str) -> None:
        """Start nothing."""

    def wait(self, _container: str) -> dict[str, int]:
        return {"StatusCode": self.status}

    def remove_container(self, _container: str, *, force: bool) -> None:
        assert force


def started(task: ContainerTask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(type(task), "cli", engine)
    monkeypatch.setattr("airflow.sdk.bases.operator.ExecutorSafeguard.test_mode", True)
    return task.start(ARGUMENTS, {})  # type: ignore[typeddict-item]


def test_a_container_gets_the_command_the_mounts_and_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = tasks_of("docker", mounts=("/srv/data:/data",), network="sodai")
    assert isinstance(tasks["choose_path"], ContainerChoice)
    engine = Engine(0, ['{"event": "task_started"}', ANSWER])
    assert started(tasks["retrain_model"], engine, monkeypatch)[-1] == ANSWER
    assert engine.asked["command"] == ["sodai", *ARGUMENTS]
    assert engine.asked["environment"] == {"SODAI_TRACKING__URI": "http://mlflow"}
    host = engine.asked["host_config"]
    assert (host["mem_limit"], host["cpu_shares"], host["network_mode"]) == ("8g", 4096, "sodai")
    assert [(mount["Source"], mount["Target"]) for mount in host["mounts"]] == [("/srv/data", "/data")]


@pytest.mark.parametrize(
    ("status", "error"), [(1, AirflowException), (2, AirflowFailException), (137, AirflowException)]
)
def test_the_exit_code_of_a_container_decides_about_a_retry(
    status: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(status, ["sodai: no such column."])
    with pytest.raises(AirflowException, match="no such column") as caught:
        started(tasks_of("docker")["retrain_model"], engine, monkeypatch)
    assert type(caught.value) is error


def test_a_pod_gets_the_command_and_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = tasks_of("kubernetes", namespace="sodai")
    assert isinstance(tasks["choose_path"], PodChoice)
    task: PodTask = tasks["retrain_model"]
    monkeypatch.setattr(
        "sodai_airflow.kubernetes.KubernetesPodOperator.execute",
        lambda _self, _context: {"run": "/home/runs/r", "summary": {}},
    )
    assert task.start(ARGUMENTS, {}) == [ANSWER]  # type: ignore[typeddict-item]
    hook = "airflow.providers.cncf.kubernetes.hooks.kubernetes.KubernetesHook"
    monkeypatch.setattr(f"{hook}.is_in_cluster", False)
    monkeypatch.setattr(f"{hook}.get_xcom_sidecar_container_image", lambda _self: None)
    monkeypatch.setattr(f"{hook}.get_xcom_sidecar_container_resources", lambda _self: None)
    monkeypatch.setattr(f"{hook}.get_xcom_sidecar_container_security_context", lambda _self: None)
    monkeypatch.setattr(f"{hook}.get_namespace", lambda _self: None)
    pod = task.build_pod_request_obj()
    (container, sidecar) = pod.spec.containers
    assert container.command[:2] == ["sh", "-c"]
    assert [*container.command[3:], *container.args] == ["sodai", *ARGUMENTS]
    assert container.resources.limits == {"cpu": "4.0", "memory": "8Gi"}
    assert pod.metadata.namespace == "sodai"
    assert sidecar.name == "airflow-xcom-sidecar"


@pytest.mark.parametrize(
    ("code", "error"), [(1, AirflowException), (3, AirflowFailException), (137, AirflowException)]
)
def test_the_exit_code_of_a_pod_decides_about_a_retry(
    code: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cleanup(*_all: Any, **_named: Any) -> None:
        raise AirflowException("Pod r returned a failure.")

    monkeypatch.setattr("sodai_airflow.kubernetes.KubernetesPodOperator.cleanup", cleanup)
    task: PodTask = tasks_of("kubernetes")["retrain_model"]
    with pytest.raises(AirflowException, match="returned a failure") as caught:
        task.cleanup(pod_that_ended(code), pod_that_ended(code))
    assert type(caught.value) is error


def test_a_pod_that_never_ended_has_no_exit_code() -> None:
    assert exit_code(V1Pod(), "base") is None
    assert exit_code(pod_that_ended(3), "base") == 3


def pod_that_ended(code: int) -> V1Pod:
    state = V1ContainerState(terminated=V1ContainerStateTerminated(exit_code=code))
    status = V1ContainerStatus(
        name="base", state=state, image="sodai:1", image_id="", ready=False, restart_count=0
    )
    return V1Pod(metadata=SimpleNamespace(name="r"), status=V1PodStatus(container_statuses=[status]))
