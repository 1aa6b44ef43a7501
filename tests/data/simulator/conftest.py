"""Small companies, simulated once."""

import pandas as pd
import pytest
from simulated import SPEC, frame

from sodai.data.simulator import Company, simulate


@pytest.fixture(scope="session")
def company() -> Company:
    return simulate(SPEC)


@pytest.fixture(scope="session")
def lines(company: Company) -> pd.DataFrame:
    return frame(company)


@pytest.fixture(scope="session")
def outcomes(company: Company, lines: pd.DataFrame) -> pd.DataFrame:
    """Truth of all weeks of the history with the label that was drawn."""
    truth = company.truth.to_pandas()
    truth["origin"] = pd.to_datetime(truth["origin"])
    truth = truth[truth["origin"] <= pd.Timestamp(SPEC.last_day)]
    keys = ["origin", "customer_id", "product_id"]
    net = lines.drop_duplicates().groupby(keys, as_index=False)["items"].sum()
    both = truth.merge(net, on=keys, how="outer")
    return both.assign(label=both["items"].fillna(0) > 0)
