"""Each statistic against SciPy or against numbers worked out by hand, and the rules that they obey."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from scipy.spatial import distance

from sodai.drift import measure
from sodai.drift.effective import of_categories, of_numbers
from sodai.drift.record import ColumnDrift, DriftRecord
from sodai.drift.statistics import FLOOR, Sizes, chi_square, population_stability
from sodai.features import Feature
from sodai.settings import load_settings

NUMERIC = Feature("x", "pair", "meaning", "days")
CATEGORICAL = Feature("x", "static", "meaning", "name", kind="categorical")
SETTINGS = load_settings(drift={"min_effective_rows": 10, "min_customers": 5})


def table(values, weight=None, customer=None):
    rows = len(values)
    columns = {"x": values, "customer_id": np.arange(rows) if customer is None else customer}
    return pa.table(columns | ({} if weight is None else {"weight": weight}))


def column(reference: pa.Table, recent: pa.Table, feature: Feature = NUMERIC) -> ColumnDrift:
    return measure(reference, recent, [feature], SETTINGS).features[0]


def record(reference: pa.Table, recent: pa.Table, feature: Feature = NUMERIC) -> DriftRecord:
    return measure(reference, recent, [feature], SETTINGS)


@pytest.fixture
def samples():
    random = np.random.default_rng(5)
    old, new = random.gamma(2, 3, size=400), random.gamma(2, 3.5, size=300)
    return np.round(old, 1), np.round(new, 1)


def test_unweighted_numbers_agree_with_scipy(samples):
    old, new = samples
    found = column(table(old), table(new))
    expected = stats.ks_2samp(old, new, method="asymp")
    assert found.value("ks") == pytest.approx(expected.statistic)
    assert found.p_value("ks") == pytest.approx(expected.pvalue)
    mixture_sd = np.sqrt(
        np.average(
            (np.r_[old, new] - (old.mean() + new.mean()) / 2) ** 2,
            weights=np.r_[np.full(400, 1 / 400), np.full(300, 1 / 300)],
        )
    )
    assert found.value("wasserstein") == pytest.approx(stats.wasserstein_distance(old, new) / mixture_sd)
    assert (found.mean_reference, found.mean_recent) == pytest.approx((old.mean(), new.mean()))


def test_weighted_wasserstein_agrees_with_scipy(samples):
    old, new = samples
    random = np.random.default_rng(6)
    old_weight, new_weight = random.choice([1.0, 10.0], 400), random.choice([1.0, 10.0], 300)
    found = column(table(old, old_weight), table(new, new_weight))
    means = np.average(old, weights=old_weight), np.average(new, weights=new_weight)
    middle = sum(means) / 2
    variance = sum(
        np.average((x - middle) ** 2, weights=w) for x, w in ((old, old_weight), (new, new_weight))
    )
    expected = stats.wasserstein_distance(old, new, old_weight, new_weight)
    assert found.value("wasserstein") == pytest.approx(expected / np.sqrt(variance / 2))


def test_a_weight_of_two_is_the_row_twice(samples):
    old, new = samples
    weighted = column(table(old, np.full(400, 2.0)), table(new))
    doubled = column(table(np.r_[old, old], customer=np.r_[np.arange(400), np.arange(400)]), table(new))
    for name in ("ks", "wasserstein", "psi", "js"):
        assert weighted.value(name) == pytest.approx(doubled.value(name))
    assert weighted.p_value("ks") == pytest.approx(doubled.p_value("ks"))


def test_categories_agree_with_scipy():
    old = np.repeat(["a", "b", "c"], [100, 60, 40])
    new = np.repeat(["a", "b", "c"], [60, 80, 10])
    found = column(table(old), table(new), CATEGORICAL)
    counts = np.array([[100, 60, 40], [60, 80, 10]])
    expected = stats.chi2_contingency(counts, correction=False)
    assert found.value("chi2") == pytest.approx(expected.statistic)
    assert found.p_value("chi2") == pytest.approx(expected.pvalue)
    shares = counts / counts.sum(axis=1, keepdims=True)
    assert found.value("js") == pytest.approx(distance.jensenshannon(*shares, base=2))
    kl = stats.entropy(shares[0], shares[1]) + stats.entropy(shares[1], shares[0])
    assert found.value("psi") == pytest.approx(kl)
    assert found.moved_most == "b"


def test_bias_corrected_cramers_v_by_hand():
    # chi2 = 40, n = 200, 2 x 2: phi2 = 0.2 - 1/199; r = c = 2 - 1/199
    table_masses = np.array([0.3, 0.7]), np.array([0.7, 0.3])
    statistic, _, association = chi_square(*table_masses, Sizes(100, 100))
    assert statistic == pytest.approx(32.0)
    assert association == pytest.approx(np.sqrt((32 / 200 - 1 / 199) / (1 - 1 / 199)))


def test_new_categories_are_unseen_mass_and_psi_stays_finite():
    found = column(table(np.repeat("a", 100)), table(np.repeat(["a", "b", "c"], [50, 30, 20])), CATEGORICAL)
    assert found.value("unseen") == pytest.approx(0.5)
    half = (0.5 - 1.0) * np.log(0.5)
    rest = sum((share - FLOOR) * np.log(share / FLOOR) for share in (0.3, 0.2))
    assert found.value("psi") == pytest.approx(half + rest)


def test_rows_of_one_customer_count_as_one():
    random = np.random.default_rng(1)
    values = random.normal(size=200)
    repeated, customers = np.repeat(values, 5), np.repeat(np.arange(200), 5)
    assert of_numbers(repeated, np.ones(1000), customers) == pytest.approx(200)
    codes = np.repeat(random.integers(0, 4, 200), 5)
    assert of_categories(codes, np.ones(1000), customers) == pytest.approx(200)


def test_unequal_weights_cost_rows_as_kish_says():
    random = np.random.default_rng(2)
    weight = random.choice([1.0, 10.0], 40_000)
    kish = weight.sum() ** 2 / (weight**2).sum()
    rows = np.arange(40_000)
    assert of_numbers(random.uniform(size=40_000), weight, rows) == pytest.approx(kish, rel=0.03)
    assert of_categories(random.integers(0, 6, 40_000), weight, rows) == pytest.approx(kish, rel=0.03)


def test_clustered_rows_without_drift_seldom_reject():
    """Random halves of customers with strong habits: a row-level test would reject nearly always."""
    random = np.random.default_rng(3)
    rejected = 0
    for _ in range(60):
        habits = np.repeat(random.normal(size=200), 20)
        values, customers = habits + random.normal(scale=0.2, size=4000), np.repeat(np.arange(200), 20)
        half = customers < 100
        found = column(
            table(values[half], customer=customers[half]), table(values[~half], customer=customers[~half])
        )
        rejected += found.p_value("ks") < 0.05
    assert rejected <= 8


def test_psi_noise_is_what_sampling_alone_gives():
    random = np.random.default_rng(4)
    pairs = [column(table(random.normal(size=500)), table(random.normal(size=500))) for _ in range(60)]
    assert np.mean([p.value("psi") for p in pairs]) == pytest.approx(
        np.mean([p.value("psi_noise") for p in pairs]), rel=0.2
    )


numbers = hnp.arrays(np.float32, 60, elements=st.integers(-20, 20).map(float))
weights = hnp.arrays(np.float64, 60, elements=st.sampled_from([1.0, 4.0, 10.0]))


@given(numbers, weights)
def test_identical_samples_do_not_drift(values, weight):
    for feature in (NUMERIC, CATEGORICAL):
        found = column(table(values, weight), table(values, weight), feature)
        moved = {s.name: s.value for s in found.statistics if s.name != "psi_noise"}
        assert all(value == pytest.approx(0, abs=1e-9) for value in moved.values())


@given(numbers, numbers, weights, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(old, new, weight, random):
    order = np.array(random.sample(range(60), 60))
    for feature in (NUMERIC, CATEGORICAL):
        straight = column(table(old, weight), table(new), feature)
        shuffled = column(
            table(old[order], weight[order], customer=order), table(new[::-1], customer=order), feature
        )
        for one, other in zip(straight.statistics, shuffled.statistics, strict=True):
            assert one.value == pytest.approx(other.value, abs=1e-9)


@given(numbers, numbers, weights)
def test_distances_are_symmetric_and_bounded(old, new, weight):
    for feature in (NUMERIC, CATEGORICAL):
        there = column(table(old, weight), table(new), feature)
        assume(there.status == "measured")
        back = column(table(new), table(old, weight), feature)
        for name in {s.name for s in there.statistics} - {"unseen", "psi_noise"}:
            assert there.value(name) == pytest.approx(back.value(name), abs=1e-9)
        assert 0 <= there.value("js") <= 1 + 1e-12
        assert there.value("psi") >= 0


@given(numbers, numbers)
def test_numeric_tests_know_order_only(old, new):
    """A change of unit on both sides changes nothing."""
    plain, scaled = column(table(old), table(new)), column(table(old * 12 + 3), table(new * 12 + 3))
    for one, other in zip(plain.statistics, scaled.statistics, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-6)


@given(
    hnp.arrays(np.float64, 5, elements=st.floats(0.01, 1)),
    hnp.arrays(np.float64, 5, elements=st.floats(0.01, 1)),
)
def test_psi_is_symmetric_and_not_negative(old, new):
    old, new = old / old.sum(), new / new.sum()
    assert population_stability(old, new) == pytest.approx(population_stability(new, old))
    assert population_stability(old, new) >= -1e-15
