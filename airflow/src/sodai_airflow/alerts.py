"""Who is told that a task failed for good, or that a week was blocked: the log, a webhook, an e-mail."""

import smtplib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import httpx
import structlog
from airflow.sdk import BaseNotifier, Context

from sodai_airflow.settings import Alerts, Company

if TYPE_CHECKING:
    from sodai_airflow.command import Answer

log = structlog.get_logger("sodai")


@dataclass(frozen=True)
class Event:
    """What happened; ``run`` is the run of SodAI, where there is one, and ``url`` the task's log."""

    event: str
    dag: str
    dag_run: str
    task: str
    run: str | None
    message: str
    tries: int
    url: str
    at: str


class Alert(BaseNotifier):
    """Tells of an event. What cannot be told is logged: it does not change how the task ended.

    Parameters
    ----------
    company : Company
    alerts : Alerts
    """

    def __init__(self, company: Company, alerts: Alerts) -> None:
        super().__init__()
        self.company, self.alerts = company, alerts

    def notify(self, context: Context) -> None:
        """Tell that a task failed and will not be tried again."""
        self.tell(_event("task_failed", context, str(context.get("exception") or "no reason was left")))

    def blocked(self, context: Context, answer: "Answer") -> None:
        """Tell that a week was blocked, and why, in both languages."""
        why = f"{answer.summary['why_es']} / {answer.summary['why_en']}"
        self.tell(_event("week_blocked", context, why, answer.run))

    def tell(self, event: Event) -> None:
        """Log the event, and send it wherever the settings say."""
        log.error(**asdict(event))
        if self.alerts.webhook is not None:
            _try("webhook", lambda: _post(event, self.alerts))
        if self.alerts.email_to:
            _try("email", lambda: _mail(event, self.alerts))


def _event(name: str, context: Context, message: str, run: str | None = None) -> Event:
    task = context["ti"]
    return Event(
        event=name,
        dag=task.dag_id,
        dag_run=task.run_id,
        task=task.task_id,
        run=run or structlog.contextvars.get_contextvars().get("run_id"),
        message=message,
        tries=task.try_number,
        url=task.log_url,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _try(how: str, send: Callable[[], None]) -> None:
    try:
        send()
    except (httpx.HTTPError, httpx.InvalidURL, smtplib.SMTPException, OSError) as error:
        log.warning("alert_not_sent", how=how, error=type(error).__name__, message=str(error))


def _post(event: Event, alerts: Alerts) -> None:
    if alerts.webhook is not None:
        address = alerts.webhook.get_secret_value()
        httpx.post(address, json=asdict(event), timeout=alerts.timeout_seconds).raise_for_status()


def _mail(event: Event, alerts: Alerts) -> None:
    mail = EmailMessage()
    mail["Subject"] = f"SodAI: {event.event} {event.dag} {event.task}"
    mail["From"], mail["To"] = alerts.email_from, ", ".join(alerts.email_to)
    mail.set_content("\n".join(f"{name}: {value}" for name, value in asdict(event).items()))
    with smtplib.SMTP(alerts.smtp_host, alerts.smtp_port, timeout=alerts.timeout_seconds) as server:
        if alerts.smtp_starttls:
            server.starttls()
        if alerts.smtp_user and alerts.smtp_password:
            server.login(alerts.smtp_user, alerts.smtp_password.get_secret_value())
        server.send_message(mail)
