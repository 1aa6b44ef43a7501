from collections.abc import Iterator

import pytest
from features_company import Company, company
from ibis import BaseBackend

from sodai.features import connect
from sodai.settings import Settings, load_settings


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="module")
def backend(settings: Settings) -> Iterator[BaseBackend]:
    with connect(settings) as backend:
        yield backend


@pytest.fixture(scope="session")
def tiny() -> Company:
    return company()
