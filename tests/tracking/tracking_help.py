"""What the tests of tracking share."""

from datetime import date

from sodai.settings import Settings, load_settings
from sodai.settings.model import TrackingSettings

ORIGIN = date(2024, 12, 9)


def settings_with(**tracking: object) -> Settings:
    return load_settings(tracking=TrackingSettings.model_validate(tracking))
