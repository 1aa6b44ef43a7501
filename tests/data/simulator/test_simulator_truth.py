"""The stored probabilities are the ones that the outcomes were drawn with."""

import numpy as np
import pandas as pd
from scipy import stats
from simulated import SPEC
from sklearn.metrics import average_precision_score

from sodai.data.simulator import Company, CompanySpec, simulate
from sodai.data.simulator.profile import average_precision, profile


def clustered_z(rows: pd.DataFrame) -> float:
    """Sum of label minus probability in standard errors; pairs of a customer and week share an order."""
    gap = (rows["label"] - rows["probability"]).groupby([rows["origin"], rows["customer_id"]]).sum()
    return float(gap.sum() / np.sqrt((gap**2).sum()))


def test_every_purchase_has_a_probability(outcomes: pd.DataFrame) -> None:
    assert outcomes["probability"].notna().all()
    assert outcomes["probability"].between(1e-6, 1).all()
    assert not outcomes.duplicated(["origin", "customer_id", "product_id"]).any()


def test_as_many_purchases_as_expected(outcomes: pd.DataFrame) -> None:
    assert abs(clustered_z(outcomes)) < 3.5
    assert abs(outcomes["label"].sum() / outcomes["probability"].sum() - 1) < 0.03


def test_calibrated_in_every_band_of_probability(outcomes: pd.DataFrame) -> None:
    edges = [1e-6, 1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0]
    band = pd.cut(outcomes["probability"], edges, include_lowest=True)
    z = pd.Series(
        {b: clustered_z(rows) for b, rows in outcomes.groupby(band, observed=True) if rows["label"].sum() > 4}
    )
    assert len(z) >= 10
    assert z.abs().max() < 4
    assert stats.chi2.sf((z**2).sum(), len(z)) > 0.001


def test_calibrated_in_every_week_and_product(outcomes: pd.DataFrame) -> None:
    for name in ("origin", "product_id"):
        z = [clustered_z(rows) for _, rows in outcomes.groupby(name) if rows["label"].sum() > 4]
        assert stats.chi2.sf(np.square(z).sum(), len(z)) > 0.001, name


def test_the_week_to_be_predicted_has_probabilities_and_no_lines(
    company: Company, lines: pd.DataFrame
) -> None:
    origin = pd.to_datetime(company.truth["origin"].to_pandas())
    coming = pd.Timestamp(SPEC.last_day) + pd.Timedelta(days=1)
    assert (origin == coming).sum() > 1000
    assert lines["purchase_date"].max() < coming


def test_the_truth_ranks_well_and_a_simple_frequency_nearly_as_well(
    outcomes: pd.DataFrame, company: Company
) -> None:
    last = outcomes[outcomes["origin"] >= outcomes["origin"].max() - pd.Timedelta(weeks=7)]
    best = average_precision_score(last["label"], last["probability"])
    simple = profile(company.tables)["PR-AUC of the faded frequency"]
    assert 0.62 < best < 0.82
    assert 0.4 < simple < best - 0.05


def test_average_precision_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        score = np.round(rng.random(200), 1)
        label = rng.random(200) < score
        assert np.isclose(average_precision(label, score), average_precision_score(label, score))


def test_a_company_without_shocks_has_steadier_weeks() -> None:
    def variation(shocks: float) -> float:
        spec = CompanySpec(customers=150, products=60, weeks=40, shocks=shocks, truth=False)
        return profile(simulate(spec).tables)["lines in a week, variation"]

    assert variation(0.0) < variation(1.0)
