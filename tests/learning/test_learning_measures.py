import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from sklearn.metrics import log_loss as sklearn_log_loss

from sodai.learning.measures import average_precision, expit, log_losses, logit

rows = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.sampled_from([1.0, 2.5, 10.0])
    ),
    min_size=2,
    max_size=40,
)


@given(rows)
def test_average_precision_agrees_with_scikit_learn(drawn):
    label, score, weight = (np.array(column) for column in zip(*drawn, strict=True))
    if not label.any():
        assert average_precision(label, score, weight) == 0
    else:
        expected = average_precision_score(label, score, sample_weight=weight)
        assert average_precision(label, score, weight) == pytest.approx(expected)


@given(rows)
def test_log_loss_agrees_with_scikit_learn(drawn):
    label, score, weight = (np.array(column) for column in zip(*drawn, strict=True))
    expected = sklearn_log_loss(label, np.clip(score, 1e-9, 1 - 1e-9), sample_weight=weight, labels=[0, 1])
    assert np.average(log_losses(label, score), weights=weight) == pytest.approx(expected, rel=1e-6, abs=1e-8)


@given(st.floats(1e-8, 1 - 1e-8))
def test_expit_undoes_logit(probability):
    assert expit(logit(np.array([probability])))[0] == pytest.approx(probability, rel=1e-6)
