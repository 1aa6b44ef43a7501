import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from learning_panel import FEATURES, Column, simulate

from sodai.learning import Design, Frame, Schema
from sodai.settings import InputError


def test_a_panel_table_becomes_a_frame():
    panel = simulate(weeks=2, rows=50)
    frame = panel.frame
    assert len(frame) == 100
    assert [day.isoformat() for day in frame.origins()] == ["2024-01-01", "2024-01-08"]
    assert frame.categorical == ["zone", "depot"]
    assert set(frame.features.columns) == {feature.name for feature in FEATURES}
    assert all(
        dtype == np.float32 for name, dtype in frame.features.dtypes.items() if name not in {"zone", "depot"}
    )
    np.testing.assert_allclose(frame.features["drive"], panel.table["drive"].to_numpy(), rtol=1e-6)
    assert frame.features["zone"].tolist() == panel.table["zone"].to_pylist()


def test_a_file_is_read_like_its_table(tmp_path):
    panel = simulate(weeks=2, rows=50)
    pq.write_table(panel.table, tmp_path / "panel.parquet", row_group_size=30)
    frame, again = panel.frame, Frame.from_parquet(tmp_path / "panel.parquet", FEATURES)
    pd.testing.assert_frame_equal(again.features, frame.features)
    for name in ("label", "weight", "origin", "customer", "product", "target_items"):
        np.testing.assert_array_equal(getattr(again, name), getattr(frame, name))
    assert len(Frame.from_arrow(panel.table.slice(0, 0), FEATURES)) == 0


def test_nulls_dictionaries_and_decimals_are_read():
    table = pa.table(
        {
            "origin": pa.array([0, 0, 7], pa.date32()),
            "customer_id": ["a", "b", "c"],
            "product_id": [1, 2, 3],
            "label": pa.array([1, 0, 0], pa.int64()),
            "weight": pa.array(["1.0", "10.0", "10.0"]).cast(pa.decimal128(3, 1)),
            "size": pa.array([1.5, None, 3.0]),
            "whole": pa.array([1, None, 3], pa.int64()),
            "brand": pa.array(["x", None, "y"]).dictionary_encode(),
        }
    )
    frame = Frame.from_arrow(table, [Column("size"), Column("whole"), Column("brand", "categorical")])
    assert frame.weight.tolist() == [1.0, 10.0, 10.0]
    assert frame.target_items.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(Design.of(frame).matrix, [[1.5, 1, 0], [np.nan, np.nan, np.nan], [3, 3, 1]])


def test_rows_are_chosen_by_mask_and_by_position():
    frame = simulate(weeks=2, rows=20).frame
    bought = frame.where(frame.label == 1)
    assert bought.label.all()
    assert frame.where(np.array([3, 1])).customer.tolist() == [frame.customer[3], frame.customer[1]]


def test_a_panel_without_a_feature_is_refused():
    with pytest.raises(InputError, match="drive, zone"):
        Frame.from_arrow(simulate(weeks=1, rows=5).table.drop_columns(["drive", "zone"]), FEATURES)


def test_arrays_of_different_length_are_refused():
    frame = simulate(weeks=1, rows=5).frame
    with pytest.raises(InputError, match="label and features"):
        Frame(
            frame.features,
            frame.label[1:],
            frame.weight,
            frame.origin,
            frame.customer,
            frame.product,
            frame.weight,
        )


def test_encoding_knows_the_categories_of_the_fit_alone():
    seen = pd.DataFrame({"size": [1.0, 2.0], "zone": [7, 3], "brand": ["b", "a"]})
    schema = Schema.learn(seen, ["zone", "brand"])
    assert schema.categories == {"zone": (3, 7), "brand": ("a", "b")}
    new = pd.DataFrame(
        {"brand": ["a", "c", None], "zone": [7.0, 9.0, np.nan], "size": [np.inf, -np.inf, 1e300]}
    )
    expected = [[np.nan, 1, 0], [np.nan] * 3, [np.nan] * 3]
    np.testing.assert_array_equal(schema.encode(new), expected)
    np.testing.assert_array_equal(schema.encode(new.astype({"brand": "category"})), expected)
    np.testing.assert_array_equal(schema.encode(new, np.array([1, 0])), [expected[1], expected[0]])


def test_a_schema_survives_json():
    schema = Schema.learn(pd.DataFrame({"a": [1.0], "b": ["x"], "c": [True]}), ["b", "c"])
    again = Schema.from_json(schema.to_json())
    assert again == schema
    assert (again.kind("a"), again.kind("b"), again.position("c")) == ("numeric", "categorical", 2)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (pd.DataFrame({"b": ["x"]}), "the features lack a"),
        (pd.DataFrame({"a": ["one"], "b": ["x"]}), "feature 'a' is not numeric"),
    ],
)
def test_features_that_do_not_fit_are_refused(features, message):
    schema = Schema.learn(pd.DataFrame({"a": [1.0], "b": ["x"]}), ["b"])
    with pytest.raises(InputError, match=message):
        schema.encode(features)


def test_an_unknown_feature_is_refused():
    with pytest.raises(InputError, match="no feature 'z'"):
        Schema(("a",), {}).position("z")


def test_a_design_takes_rows_and_makes_things_once():
    frame = simulate(weeks=1, rows=40).frame
    design = Design.of(frame)
    at = np.array([5, 2, 30])
    np.testing.assert_array_equal(design.take(at).matrix, design.matrix[at])
    np.testing.assert_array_equal(Design.of(frame, design.schema, at).matrix, design.matrix[at])
    assert design.once("key", list) is design.once("key", list)


def test_prevalence_is_weighted_and_never_certain():
    frame = simulate(weeks=1, rows=400, negative_rate=0.2).frame
    share = frame.weight[frame.label == 1].sum() / frame.weight.sum()
    assert Design.of(frame).prevalence == pytest.approx(share, abs=0.001)
    none = Design.of(frame.where(frame.label == 0))
    assert none.one_sided
    assert 0 < none.prevalence < 0.01
