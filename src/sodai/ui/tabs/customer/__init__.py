"""The tab of a customer: who to call, what to offer, why, and what would change it."""

from sodai.ui.tabs.customer.tab import CustomerTab, build

__all__ = ["CustomerTab", "build"]
