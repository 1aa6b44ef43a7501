import json

import numpy as np
import pytest
from learning_panel import simulate

from sodai.learning import Design
from sodai.learning.quantity import Quantity


def fitted(rows: int, **changes) -> tuple[Quantity, Design, np.ndarray]:
    frame = simulate(weeks=4, rows=rows).frame
    items = frame.target_items
    design = Design.of(frame)
    return Quantity.fit(design, items, seed=0, threads=1), design, items


@pytest.mark.parametrize(("rows", "kind"), [(300, "shrunken mean"), (4000, "trees")])
def test_quantities_follow_the_pair_and_come_back_from_disk(rows, kind, tmp_path):
    quantity, design, items = fitted(rows)
    assert quantity.kind == kind
    expected = quantity.predict_matrix(design.matrix)
    assert (expected > 0).all()
    assert np.isfinite(expected).all()
    bought = design.label == 1
    own = design.matrix[:, design.schema.position("quantity_mean")]
    assert np.corrcoef(expected[bought], own[bought])[0, 1] > 0.7
    assert expected[bought].mean() == pytest.approx(items[bought].mean(), rel=0.1)
    described = json.loads(json.dumps(quantity.save(tmp_path)))
    again = Quantity.load(tmp_path, described, design.schema, 1)
    np.testing.assert_allclose(again.predict_matrix(design.matrix), expected, rtol=1e-6)


def test_the_trees_know_more_than_the_mean():
    quantity, design, items = fitted(4000)
    bought = design.label == 1
    expected = quantity.predict_matrix(design.matrix[bought])

    def deviance(guess: np.ndarray) -> float:
        return float(np.mean(items[bought] / guess - 1 - np.log(items[bought] / guess)))

    assert deviance(expected) < 0.6 * deviance(np.full(bought.sum(), quantity.mean))


def test_one_monstrous_order_does_not_count_for_all():
    frame = simulate(weeks=4, rows=300).frame
    items = frame.target_items.copy()
    usual = items[items > 0].mean()
    items[np.argmax(items)] = 1e12
    quantity = Quantity.fit(Design.of(frame), items, seed=0, threads=1)
    assert quantity.mean < 1e10
    assert quantity.top < 1e12
    assert usual > 0


def test_nobody_bought():
    frame = simulate(weeks=1, rows=50).frame
    quantity = Quantity.fit(Design.of(frame), np.zeros(len(frame)), seed=0, threads=1)
    expected = quantity.predict_matrix(Design.of(frame).matrix)
    assert np.isfinite(expected).all()
    assert (expected > 0).all()
    assert len(quantity.predict_matrix(np.empty((0, 17), np.float32))) == 0


def test_the_scale_moves_all():
    quantity, design, _ = fitted(300)
    once, twice = quantity.predict_matrix(design.matrix), quantity.scaled(2.0).predict_matrix(design.matrix)
    assert ((twice == 2 * once) | (twice == quantity.top)).all()
