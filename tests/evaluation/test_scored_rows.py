"""What may be judged: the checks on scored rows, and reading them from a table."""

import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest
from evaluation_oracles import Shape, random_rows

from sodai.evaluation import ScoredRows
from sodai.settings import InputError


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": [datetime.date(2024, 11, 4)] * 2,
            "customer_id": [1, 1],
            "product_id": ["x", "y"],
            "label": [0, 1],
            "seen": [True, False],
            "challenger": np.array([0.25, 0.5], np.float32),
            "customer_type": ["bar", None],
        }
    )


def test_rows_come_from_a_table():
    rows = ScoredRows.from_frame(frame(), ["challenger"])
    assert rows.origin.dtype == "datetime64[D]"
    assert rows.scores["challenger"].tolist() == [0.25, 0.5]
    assert rows.activity is None
    assert len(rows) == 2


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match=r"Add \['seen'\]"):
        ScoredRows.from_frame(frame().drop(columns="seen"), ["challenger"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": np.full(42, 2, np.int8)}, "neither 0 nor 1"),
        ({"scores": {"a": np.full(42, 1.5)}}, "'a' is not a probability"),
        ({"scores": {"a": np.full(42, np.nan)}}, "'a' is not a probability"),
        ({"scores": {"a": np.zeros(3)}}, "'a' has another length"),
        ({"seen": np.zeros(3, bool)}, "'seen' has another length"),
    ],
)
def test_rows_that_cannot_be_judged_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(random_rows(Shape(1)), **change)


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="no pairs"):
        ScoredRows.from_frame(frame().head(0), ["challenger"])
