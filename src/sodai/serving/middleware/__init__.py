"""Around every request: its id, its log line and figures, its headers, and how long it may take."""

from sodai.serving.middleware.observe import Observe
from sodai.serving.middleware.patience import Patience

__all__ = ["Observe", "Patience"]
