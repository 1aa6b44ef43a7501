"""Around every request: its id, its log line and figures, its headers, its bounds."""

from sodai.serving.middleware.bounds import Bounds
from sodai.serving.middleware.observe import Observe

__all__ = ["Bounds", "Observe"]
