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
)

__all__ = [
    "Live",
    "Published",
    "Week",
    "go_live",
    "live_week",
    "publish",
    "publish_previous",
    "published_origins",
    "published_week",
]
