"""The week that is live, the one before it, the switch between them; the run report and the model card."""

from sodai.publishing.live import (
    Live,
    Published,
    Week,
    go_live,
    live_week,
    publish,
    publish_previous,
    published_origins,
    published_week,
    read_week,
)
from sodai.publishing.model_card import render_model_card, write_model_card
from sodai.publishing.report import DRIFT_PARTS, RunSummary, read_run, render_report, write_report

__all__ = [
    "DRIFT_PARTS",
    "Live",
    "Published",
    "RunSummary",
    "Week",
    "go_live",
    "live_week",
    "publish",
    "publish_previous",
    "published_origins",
    "published_week",
    "read_run",
    "read_week",
    "render_model_card",
    "render_report",
    "write_model_card",
    "write_report",
]
