"""A failure reaches whom the settings name, over real HTTP and SMTP; who is away harms nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from airflow_help import Told
from structlog.testing import capture_logs

from sodai_airflow.alerts import Alert
from sodai_airflow.local import free_port
from sodai_airflow.settings import Alerts, Company

COMPANY = Company(data="/srv/data", home="/srv/home")
TASK = SimpleNamespace(
    dag_id="sodai_weekly", run_id="manual__1", task_id="retrain_model", try_number=4, log_url="http://log"
)
CONTEXT: Any = {"ti": TASK, "exception": RuntimeError("the registry does not answer")}


class Box(Message):
    """A mailbox."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


def test_the_log_has_the_event_whatever_else_is_set() -> None:
    with capture_logs() as said:
        Alert(COMPANY, Alerts()).notify(CONTEXT)
    (event,) = said
    assert (event["event"], event["task"], event["tries"]) == ("task_failed", "retrain_model", 4)
    assert event["message"] == "the registry does not answer"


def test_a_webhook_hears_the_event(hook: str) -> None:
    before = len(Told.heard)
    Alert(COMPANY, Alerts(webhook=hook)).notify(CONTEXT)
    assert b'"event":"task_failed"' in Told.heard[before].replace(b'": "', b'":"')


def test_a_mail_is_sent() -> None:
    box = Box()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        alerts = Alerts(email_to=("ana@example.org",), smtp_host="127.0.0.1", smtp_port=port)
        Alert(COMPANY, alerts).notify(CONTEXT)
    finally:
        server.stop()
    (mail,) = box.mails
    assert mail["Subject"] == "SodAI: task_failed sodai_weekly retrain_model"
    assert "the registry does not answer" in mail.get_payload()


@pytest.mark.parametrize(
    "alerts",
    [
        Alerts(webhook="http://127.0.0.1:9/hook"),
        Alerts(webhook="not an address"),
        Alerts(email_to=("ana@example.org",), smtp_host="127.0.0.1", smtp_port=9),
    ],
)
def test_whoever_does_not_answer_changes_nothing(alerts: Alerts) -> None:
    with capture_logs() as said:
        Alert(COMPANY, alerts).notify(CONTEXT)
    assert [event["event"] for event in said] == ["task_failed", "alert_not_sent"]
    assert "hook" not in str(said[1].get("url", ""))
