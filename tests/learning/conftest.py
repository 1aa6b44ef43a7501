import pytest
from learning_panel import Panel, settings_for, simulate

from sodai.learning import Tuned, tune
from sodai.settings import Settings


@pytest.fixture(scope="session")
def panel() -> Panel:
    return simulate()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return settings_for()


@pytest.fixture(scope="session")
def tuned(panel: Panel, settings: Settings) -> Tuned:
    return tune(panel.frame, settings)
