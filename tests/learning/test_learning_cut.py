from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.learning import buy_cut

probabilities = st.lists(st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 1.0]), min_size=1, max_size=9)


def expected_ratio(probability: np.ndarray, bought: np.ndarray) -> float:
    return 2 * probability[bought].sum() / (bought.sum() + probability.sum())


@given(probabilities)
def test_no_set_of_pairs_has_a_higher_expected_f1(drawn):
    probability = np.array(drawn)
    cut = buy_cut(probability)
    if probability.sum() == 0:
        assert cut == 1.0
        return
    chosen = expected_ratio(probability, probability >= cut)
    for choice in product([False, True], repeat=len(probability)):
        bought = np.array(choice)
        if bought.any():
            assert expected_ratio(probability, bought) <= chosen + 1e-12


def test_the_ratio_of_expectations_comes_close_to_the_expected_f1():
    probability = np.array([0.9, 0.8, 0.6, 0.45, 0.3, 0.2, 0.15, 0.1, 0.05])

    def expected_f1(cut: float) -> float:
        bought = probability >= cut
        total = 0.0
        for labels in product([0, 1], repeat=len(probability)):
            drawn = np.array(labels)
            chance = np.prod(np.where(drawn == 1, probability, 1 - probability))
            total += chance * 2 * (drawn & bought).sum() / max(1, bought.sum() + drawn.sum())
        return total

    best = max(expected_f1(cut) for cut in probability)
    assert expected_f1(buy_cut(probability)) == pytest.approx(best, abs=0.01)


def test_nothing_to_cut():
    assert buy_cut(np.empty(0)) == 1.0
