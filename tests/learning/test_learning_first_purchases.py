"""Boosting learns first purchases apart, once there are enough of both kinds."""

from dataclasses import replace

import numpy as np
import pytest
from learning_panel import simulate

from sodai.learning import Design, Frame
from sodai.learning.algorithms import boosting, build, restore
from sodai.learning.explanation import contributions
from sodai.learning.measures import logit

CONFIG = {"num_rounds": 20, "first_rounds": 15, "first_models": 2, "first_min_data_in_leaf": 20}


@pytest.fixture(scope="module")
def rows() -> Frame:
    """A panel in which half the pairs were never bought before."""
    frame = simulate(rows=700, weeks=6, seed=3).frame
    never = np.arange(len(frame)) % 2 == 0
    return replace(frame, features=frame.features.assign(pair_purchases=np.where(never, 0.0, 3.0)))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "FEWEST_PURCHASES", 50)


def first(frame: Frame) -> np.ndarray:
    return (frame.features["pair_purchases"] == 0).to_numpy()


def flipped(frame: Frame, where: np.ndarray) -> Frame:
    return replace(frame, label=np.where(where, 1 - frame.label, frame.label).astype(np.int8))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("asked", [True, False])
def test_one_kind_of_pair_teaches_nothing_about_the_other(rows: Frame, *, asked: bool) -> None:
    scored = rows.features[first(rows) == asked]
    honest = build("boosting", CONFIG, seed=1, threads=1).fit(rows).predict(scored)
    others = flipped(rows, first(rows) != asked)
    np.testing.assert_array_equal(
        build("boosting", CONFIG, seed=1, threads=1).fit(others).predict(scored), honest
    )
    own = flipped(rows, first(rows) == asked)
    assert (
        np.corrcoef(build("boosting", CONFIG, seed=1, threads=1).fit(own).predict(scored), honest)[0, 1] < 0
    )


def test_of_few_purchases_one_model_learns_all(rows: Frame) -> None:
    fitted = build("boosting", CONFIG, seed=1, threads=1).fit(rows.where(np.arange(400)))
    assert fitted.first == ()
    assert not fitted.is_first(fitted.schema.encode(rows.features)).any()


@pytest.mark.usefixtures("few")
def test_each_kind_stops_by_its_own_later_rows(rows: Frame) -> None:
    design = Design.of(rows.where(rows.origin < rows.origin.max()))
    later = rows.where(rows.origin == rows.origin.max())
    long = CONFIG | {"num_rounds": 400, "first_rounds": 400, "learning_rate": 0.2, "first_learning_rate": 0.2}
    fitted = build("boosting", long, seed=1, threads=1).fit(design, Design.of(later, design.schema))
    assert 1 <= fitted.config.num_rounds < 400
    assert 1 <= fitted.config.first_rounds < 400


@pytest.mark.usefixtures("few")
def test_it_comes_back_from_disk_and_explains_itself(rows: Frame, tmp_path) -> None:
    fitted = build("boosting", CONFIG, seed=1, threads=1).fit(rows)
    assert len(fitted.first) == CONFIG["first_models"]
    fitted.save(tmp_path)
    back = restore(tmp_path, fitted.schema, threads=1)
    for part in (rows.features.head(60), rows.features[first(rows)].head(5)):
        scores = fitted.predict(part)
        np.testing.assert_allclose(back.predict(part), scores, rtol=1e-6)
        np.testing.assert_allclose(contributions(back, part).log_odds, logit(scores), atol=2e-5)
