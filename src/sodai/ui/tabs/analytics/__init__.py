"""The tab of the analysts: quality, drift and decisions, the model, health."""

from sodai.ui.tabs.analytics.tab import build

__all__ = ["build"]
