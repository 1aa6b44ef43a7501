"""Everything that the page says, in Spanish and English: one module a part of the page."""

from sodai.ui.words import analytics, common, customer, market, trouble

__all__ = ["analytics", "common", "customer", "market", "trouble"]
