"""The tab of products and the market."""

from sodai.ui.tabs.market.tab import MarketTab, build

__all__ = ["MarketTab", "build"]
