"""The list: ranks, buy flags and chunks, against the plain way of saying the same."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodai.learning import buy_cut
from sodai.orchestration import scoring, storage
from sodai.orchestration.scoring import feature_frame, ranks, write_predictions
from sodai.orchestration.toplist import write_top_list
from sodai.settings import Settings
from sodai.settings.columns import PREDICTION_COLUMNS

ORIGIN = date(2024, 12, 30)


class Echo:
    """A model that says what its only feature says."""

    features = ("score",)

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        score = features["score"].to_numpy(np.float64)
        return pd.DataFrame({"probability": score, "expected_items": 2 * score})


def snapshot(customers: int, products: int, seed: int = 0) -> pa.Table:
    random = np.random.default_rng(seed)
    ids = np.repeat(np.arange(customers), products)
    return pa.table(
        {
            "origin": pa.repeat(pa.scalar(ORIGIN), len(ids)),
            "customer_id": ids,
            "product_id": np.tile(np.arange(products), customers),
            "score": np.round(random.random(len(ids)), 2).astype(np.float32),
        }
    )


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 50), st.sampled_from([0.1, 0.5, 0.9])),
        min_size=1,
        max_size=60,
        unique_by=lambda row: row[:2],
    )
)
def test_ranks_are_those_of_pandas(rows: list[tuple[int, int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["customer", "product", "probability"])
    expected = (
        frame.sort_values(["probability", "product"], ascending=[False, True]).groupby("customer").cumcount()
        + 1
    ).sort_index()
    columns = (pa.chunked_array([frame[name].tolist()]) for name in ("customer", "product"))
    found = ranks(*columns, frame["probability"].to_numpy())
    assert found.to_pylist() == expected.tolist()


@pytest.mark.parametrize("chunk", [7, 100, 100_000])
def test_the_list_does_not_depend_on_the_chunks(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(batches: Any) -> Any:
        return storage.by_customers(batches, rows=chunk)

    monkeypatch.setattr(scoring, "by_customers", small)
    rows = snapshot(customers=20, products=9)
    scored = write_predictions(tmp_path / "p.parquet", rows.to_batches(max_chunksize=13), Echo(), ORIGIN)  # type: ignore[arg-type]
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.column_names == list(PREDICTION_COLUMNS)
    assert (scored.pairs, scored.customers, len(scored.products)) == (180, 20, 9)
    probability = rows["score"].to_numpy().astype(np.float64)
    np.testing.assert_array_equal(table["probability"].to_numpy(), probability)
    np.testing.assert_array_equal(table["buy"].to_numpy(), probability >= buy_cut(probability))
    assert scored.buys == table["buy"].to_numpy().sum()
    assert (
        table["rank"].to_pylist() == ranks(rows["customer_id"], rows["product_id"], probability).to_pylist()
    )
    assert set(table["origin"].to_pylist()) == {ORIGIN}
    assert [file.name for file in tmp_path.iterdir()] == ["p.parquet"]


def test_text_becomes_categories_and_numbers_float32() -> None:
    rows = pa.table({"zone": ["north", None, "south"], "size": [0.1, None, 3.0], "other": [1, 2, 3]})
    frame = feature_frame(rows, ["zone", "size"])
    assert isinstance(frame["zone"].dtype, pd.CategoricalDtype)
    assert frame["size"].dtype == np.float32
    assert frame["zone"].isna().tolist() == frame["size"].isna().tolist() == [False, True, False]


def test_the_top_list_has_names_and_reasons(tmp_path: Path) -> None:
    rows = snapshot(customers=3, products=15)
    write_predictions(tmp_path / "predictions.parquet", rows.to_batches(), Echo(), ORIGIN)  # type: ignore[arg-type]
    products = pa.table(
        {
            "product_id": np.arange(15),
            "brand": ["Águila"] * 15,
            "size": np.full(15, 0.5),
            "package": [None] * 15,
        }
    )
    best = int(np.argmax(rows["score"].to_numpy()[:15]))
    reasons = pa.table(
        {
            "customer_id": [0, 0],
            "product_id": [best, best],
            "position": [2, 1],
            "reason_es": ["segunda", "primera"],
            "reason_en": ["second", "first"],
        }
    )
    file = write_top_list(tmp_path / "predictions.parquet", products, reasons, Settings())
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    top = pd.read_csv(file)
    assert top.groupby("customer_id")["rank"].apply(list).tolist() == [list(range(1, 11))] * 3
    assert set(top["product"]) == {"Águila 0.5"}
    assert top.loc[0, ["product_id", "reasons_es", "reasons_en"]].tolist() == [
        best,
        "primera; segunda",
        "first; second",
    ]
    assert top["reasons_en"].notna().sum() == 1


def test_the_top_list_without_reasons(tmp_path: Path) -> None:
    rows = snapshot(customers=2, products=3)
    write_predictions(tmp_path / "predictions.parquet", rows.to_batches(), Echo(), ORIGIN)  # type: ignore[arg-type]
    products = pa.table({"product_id": np.arange(3)})
    top = pd.read_csv(write_top_list(tmp_path / "predictions.parquet", products, None, Settings()))
    assert "reasons_es" not in top.columns
    assert len(top) == 6
