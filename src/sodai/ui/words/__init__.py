"""Everything that the page says, in Spanish and English: one module a part of the page."""

from sodai.ui.words import analytics, common, customer, exports, market, trouble

__all__ = ["analytics", "common", "customer", "exports", "market", "trouble"]
