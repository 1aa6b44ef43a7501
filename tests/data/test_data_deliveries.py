from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import oracle
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_lines import ANCHORS, Line, table_of

from sodai.data import Cleaned, Tables, clean, read_tables
from sodai.data.cleaning.deliveries import delivery_ranks, resolve
from sodai.settings import Settings, load_settings

TODAY = date(2024, 12, 31)
MONDAY = date(2024, 1, 1)
Deliver = Callable[..., Path]

order_lines = st.tuples(
    st.sampled_from([1, 2]), st.sampled_from([10, 20]), st.sampled_from([1, 2]), st.sampled_from([0, 3, 8])
)
quantities = st.sampled_from([-33.0, -2.0, -1 / 3, 0.0, 1 / 3, 1.0, 2.0, 33.0])
delivered = st.lists(st.tuples(order_lines, quantities, st.integers(0, 3)), max_size=25)


def good(lines: Sequence[tuple[oracle.Key, float, int]]) -> pa.Table:
    keys = [key for key, _, _ in lines]
    return pa.table(
        {
            "row": pa.array(range(len(lines)), pa.int64()),
            "customer_id": pa.array([key[0] for key in keys], pa.int64()),
            "product_id": pa.array([key[1] for key in keys], pa.int64()),
            "order_id": pa.array([key[2] for key in keys], pa.int64()),
            "purchase_date": pa.array([MONDAY + timedelta(days=key[3]) for key in keys], pa.date32()),
            "items": pa.array([items for _, items, _ in lines], pa.float64()),
            "delivery": pa.array([delivery for _, _, delivery in lines], pa.int32()),
        }
    )


def net_of(lines: pa.Table) -> dict[oracle.Key, float]:
    return {
        (row["customer_id"], row["product_id"], row["order_id"], (row["purchase_date"] - MONDAY).days): row[
            "items"
        ]
        for row in lines.to_pylist()
    }


@settings(deadline=None, max_examples=50)
@given(delivered)
def test_the_rule_agrees_with_its_plain_form(lines) -> None:
    expected, found = oracle.resolve(lines), resolve(good(lines), "1GB")
    assert net_of(found.lines) == pytest.approx(expected.net)
    reasons = {row["row"]: row["reason"] for row in found.leaving.to_pylist()}
    kinds = {place: reason for place, reason in reasons.items() if reason != "duplicate"}
    assert sorted(reasons.values()) == sorted(expected.reasons.values())
    assert {lines[place] for place in kinds} == {
        lines[place] for place, reason in expected.reasons.items() if reason != "duplicate"
    }
    assert (found.netted, found.merged) == (expected.netted, expected.merged)
    assert len(lines) == len(found.lines) + len(found.leaving) + found.netted + found.merged


@settings(deadline=None, max_examples=15)
@given(delivered, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(lines, random) -> None:
    shuffled = random.sample(lines, len(lines))
    assert resolve(good(shuffled), "1GB").lines == resolve(good(lines), "1GB").lines


@settings(deadline=None, max_examples=15)
@given(delivered, st.integers(0, 3))
def test_a_delivery_repeated_at_once_changes_nothing(lines, again: int) -> None:
    """The copy of a file sorts right behind it."""
    spaced = [(key, items, 2 * delivery) for key, items, delivery in lines]
    copies = [(key, items, delivery + 1) for key, items, delivery in spaced if delivery == 2 * again]
    once, twice = resolve(good(spaced), "1GB"), resolve(good([*spaced, *copies]), "1GB")
    assert twice.lines == once.lines
    assert len(twice.leaving) == len(once.leaving) + len(copies)


@settings(deadline=None, max_examples=15)
@given(delivered, st.integers(0, 2))
def test_a_week_delivered_again_much_later_changes_nothing_unless_it_was_corrected(lines, again: int) -> None:
    one_file_a_day = [(key, items, key[3]) for key, items, _ in lines]
    day = [0, 3, 8][again]
    copies = [(key, items, 99) for key, items, _ in one_file_a_day if key[3] == day]
    assert (
        resolve(good([*one_file_a_day, *copies]), "1GB").lines == resolve(good(one_file_a_day), "1GB").lines
    )


raw_lines = st.lists(
    st.builds(
        lambda customer, product, order, day, items: (
            customer,
            product,
            order,
            MONDAY + timedelta(days=day),
            items,
        ),
        st.sampled_from([1, 2, 99]),
        st.sampled_from([10, 20, 77]),
        st.integers(1, 3),
        st.integers(0, 20),
        st.sampled_from([-33.0, -1 / 3, 0.0, 1 / 3, 1.0, 33.0, float("nan")]),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=10)
@given(raw_lines)
def test_files_by_week_are_the_same_table_as_one_file(tmp_path_factory, lines: list[Line]) -> None:
    whole = _cleaned(tmp_path_factory.mktemp("whole"), {"transacciones": [*ANCHORS, *lines]})
    weeks: dict[str, list[Line]] = {"transacciones": list(ANCHORS)}
    for line in lines:
        monday = line[3] - timedelta(days=line[3].weekday())
        weeks.setdefault(f"transacciones_{monday}", []).append(line)
    split = _cleaned(tmp_path_factory.mktemp("weeks"), weeks)
    assert split.tables == whole.tables
    assert split.report.rules == whole.report.rules


def _cleaned(folder: Path, files: dict[str, Sequence[Line]]) -> Cleaned:
    pq.write_table(pa.table({"customer_id": [1, 2]}), folder / "clientes.parquet")
    pq.write_table(pa.table({"product_id": [10, 20]}), folder / "productos.parquet")
    for stem, rows in files.items():
        pq.write_table(table_of(rows), folder / f"{stem}.parquet")
    lenient = load_settings(cleaning={"max_refused_share": 1.0})
    return clean(read_tables(folder, lenient), lenient, today=TODAY)


WEEK: tuple[Line, ...] = (
    (1, 10, 910, date(2024, 1, 15), 3.0),
    (1, 20, 910, date(2024, 1, 15), 4.0),
    (2, 10, 911, date(2024, 1, 16), 5.0),
    (2, 10, 911, date(2024, 1, 16), -2.0),
)
AS_DELIVERED = {(1, 10, 910): 3.0, (1, 20, 910): 4.0, (2, 10, 911): 3.0}


@pytest.mark.parametrize(
    ("files", "expected", "counts"),
    [
        pytest.param({}, AS_DELIVERED, {"netted": 1}, id="a new week"),
        pytest.param(
            {"transacciones_2024-01-22": WEEK}, AS_DELIVERED, {"netted": 1, "duplicate": 4}, id="twice"
        ),
        pytest.param(
            {"transacciones_2024-01-22": (*WEEK[2:], (1, 10, 912, date(2024, 1, 17), 1.0))},
            {**AS_DELIVERED, (1, 10, 912): 1.0},
            {"netted": 1, "duplicate": 2},
            id="with an overlap",
        ),
        pytest.param(
            {"transacciones_2024-01-22": [(1, 10, 910, date(2024, 1, 15), 8.0)]},
            {**AS_DELIVERED, (1, 10, 910): 8.0},
            {"netted": 1, "superseded": 1},
            id="a late correction of one line",
        ),
        pytest.param(
            {
                "transacciones_2024-01-22": [
                    (2, 10, 911, date(2024, 1, 16), 5.0),
                    (2, 10, 911, date(2024, 1, 16), -4.0),
                ]
            },
            {**AS_DELIVERED, (2, 10, 911): 1.0},
            {"netted": 1, "superseded": 1, "duplicate": 1},
            id="a late correction of a return",
        ),
        pytest.param(
            {"transacciones_2024-01-22": [(1, 10, 910, date(2024, 1, 15), -3.0)]},
            {key: value for key, value in AS_DELIVERED.items() if key != (1, 10, 910)},
            {"netted": 1, "reversed": 2},
            id="a return that became known late",
        ),
        pytest.param(
            {"transacciones_2024-01-22": [(1, 10, 910, date(2024, 1, 15), 0.0)]},
            {key: value for key, value in AS_DELIVERED.items() if key != (1, 10, 910)},
            {"netted": 1, "superseded": 1, "zero_items": 1},
            id="cancelled by a quantity of zero",
        ),
        pytest.param(
            {"transacciones_2024-01-22": [(1, 10, 910, date(2024, 1, 15), float("nan"))]},
            AS_DELIVERED,
            {"netted": 1, "missing_items": 1},
            id="a correction without a quantity corrects nothing",
        ),
        pytest.param(
            {
                "transacciones_9": [(1, 10, 910, date(2024, 1, 15), 8.0)],
                "transacciones_10": [(1, 10, 910, date(2024, 1, 15), 9.0)],
            },
            {**AS_DELIVERED, (1, 10, 910): 9.0},
            {"netted": 1, "superseded": 2},
            id="numbers in names count as numbers",
        ),
    ],
)
def test_deliveries_of_a_week(files, expected, counts, deliver: Deliver, lenient: Settings) -> None:
    folder = deliver(**{"transacciones_1": WEEK, **files})
    cleaned = clean(read_tables(folder, lenient), lenient, today=TODAY)
    found = {
        (row["customer_id"], row["product_id"], row["order_id"]): row["items"]
        for row in cleaned.tables.lines.to_pylist()
        if row["order_id"] < 920 and row["order_id"] >= 910
    }
    assert found == expected
    assert {rule: count for rule, count in cleaned.report.rules.items() if count} == counts
    assert cleaned.report.refused == counts.get("zero_items", 0) + counts.get("missing_items", 0)


def test_returns_never_net_across_orders_or_days(make: Callable[..., Tables], settings: Settings) -> None:
    day = date(2024, 1, 15)
    lines = [(1, 10, 910, day, 3.0), (1, 10, 911, day, -3.0), (1, 10, 910, day + timedelta(days=1), -3.0)]
    cleaned = clean(make(*lines), settings, today=TODAY)
    assert cleaned.report.lines_out == 2 + 3
    assert cleaned.report.rules["reversed"] == 0


def test_what_a_return_leaves_every_time_is_told(make: Callable[..., Tables], settings: Settings) -> None:
    day = date(2024, 1, 15)
    lines = [(1, 10, order, day, sign * order + 1 / 3) for order in range(100, 140) for sign in (1, -1)]
    warned = clean(make(*lines), settings, today=TODAY).report.warnings
    assert any(
        "40 of 40 purchases with one return leave the same remainder of 0.6667" in text.en for text in warned
    )
    honest = [(1, 10, order, day, sign * order) for order in range(100, 140) for sign in (1, -1)]
    assert not any(
        "remainder" in text.en for text in clean(make(*honest), settings, today=TODAY).report.warnings
    )


def test_ranks_of_file_names() -> None:
    names = [
        "transacciones_2024-12-30.parquet",
        "transacciones.parquet",
        "transacciones-2.csv",
        "Transacciones_2.csv",
    ]
    ordered = [name for _, name in sorted(zip(delivery_ranks(names), names, strict=True))]
    assert ordered == [
        "transacciones.parquet",
        "transacciones-2.csv",
        "Transacciones_2.csv",
        "transacciones_2024-12-30.parquet",
    ]
    assert delivery_ranks(["a.parquet", "a.csv"]) == [1, 0]
