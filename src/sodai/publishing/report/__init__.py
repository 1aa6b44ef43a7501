"""The run report: one self-contained HTML file in Spanish and English."""

from sodai.publishing.report.render import DRIFT_PARTS, render_report, write_report
from sodai.publishing.report.run import RunSummary, TaskTime, read_run

__all__ = ["DRIFT_PARTS", "RunSummary", "TaskTime", "read_run", "render_report", "write_report"]
