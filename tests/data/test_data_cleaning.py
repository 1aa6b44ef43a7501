import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import oracle
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from tiny_lines import ANCHORS, LINE_NAMES, Line

from sodai.data import (
    MERGED_RULES,
    REFUSED_RULES,
    REPLACED_RULES,
    Tables,
    check_contract,
    clean,
    read_json,
    write_json,
)
from sodai.settings import InputError, Settings, load_settings

TODAY = date(2024, 12, 31)
DAY = date(2024, 1, 15)
Make = Callable[..., Tables]


def counted(report) -> dict[str, int]:
    return {rule: count for rule, count in report.rules.items() if count}


def test_a_good_delivery_passes_as_it_is(make: Make, settings: Settings) -> None:
    cleaned = clean(make(), settings, today=TODAY)
    assert [tuple(row.values()) for row in cleaned.tables.lines.to_pylist()] == list(ANCHORS)
    assert cleaned.tables.lines.column_names == list(LINE_NAMES)
    assert len(cleaned.quarantine) == 0
    report = cleaned.report
    assert (report.lines_in, report.lines_out, report.customers, report.products) == (2, 2, 3, 2)
    assert (report.first_day, report.last_day) == (date(2024, 1, 1), date(2024, 1, 9))
    assert set(report.rules) == {*REFUSED_RULES, *REPLACED_RULES, *MERGED_RULES}
    assert report.refused_share == 0


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ((None, 10, 5, DAY, 1.0), "missing_id"),
        ((1, None, 5, DAY, 1.0), "missing_id"),
        ((1, 10, None, DAY, 1.0), "missing_id"),
        ((99, 10, 5, DAY, 1.0), "unknown_customer"),
        ((1, 99, 5, DAY, 1.0), "unknown_product"),
        ((1, 10, 5, None, 1.0), "unparsable_date"),
        ((1, 10, 5, "pronto", 1.0), "unparsable_date"),
        ((1, 10, 5, TODAY + timedelta(days=1), 1.0), "future_date"),
        ((1, 10, 5, DAY, None), "missing_items"),
        ((1, 10, 5, DAY, math.nan), "missing_items"),
        ((1, 10, 5, DAY, " NA "), "missing_items"),
        ((1, 10, 5, DAY, "doce"), "unparsable_items"),
        ((1, 10, 5, DAY, math.inf), "infinite_items"),
        ((1, 10, 5, DAY, -math.inf), "infinite_items"),
        ((1, 10, 5, DAY, 1e13), "infinite_items"),
        ((1, 10, 5, DAY, 0.0), "zero_items"),
        ((1, 10, 901, date(2024, 1, 1), 5.0), "duplicate"),
    ],
)
def test_each_rule_takes_its_line_and_keeps_it_as_delivered(
    line: Line, rule: str, make: Make, lenient: Settings
) -> None:
    cleaned = clean(make(line), lenient, today=TODAY)
    assert counted(cleaned.report) == {rule: 1}
    assert cleaned.report.lines_out == 2
    assert cleaned.report.refused == (0 if rule == "duplicate" else 1)
    (kept,) = cleaned.quarantine.to_pylist()
    assert (kept["table"], kept["reason"]) == ("lines", rule)
    assert (kept["customer_id"], kept["product_id"], kept["order_id"]) == line[:3]
    assert kept["purchase_date"] == (None if line[3] is None else str(line[3]))
    if line[4] is None:
        assert kept["items"] is None
    elif isinstance(line[4], str):
        assert kept["items"] == line[4]
    else:
        assert float(kept["items"]) == pytest.approx(line[4], nan_ok=True)


def test_today_is_not_in_the_future(make: Make, settings: Settings) -> None:
    assert clean(make((1, 10, 5, TODAY, 1.0)), settings, today=TODAY).report.last_day == TODAY


def test_a_purchase_and_its_return(make: Make, settings: Settings) -> None:
    lines = [
        (1, 10, 5, DAY, 33 + 1 / 3),
        (1, 10, 5, DAY, -33 - 1 / 3),  # fully reversed
        (1, 20, 5, DAY, 10.0),
        (1, 20, 5, DAY, -4.0),  # netted
        (2, 10, 6, DAY, 1.0),
        (2, 10, 6, DAY, 2.0),  # merged
        (2, 20, 7, DAY, -3.0),  # a return without its purchase
    ]
    cleaned = clean(make(*lines), settings, today=TODAY)
    found = {
        (row["product_id"], row["order_id"]): row["items"] for row in cleaned.tables.lines.to_pylist()[2:]
    }
    assert found == {(20, 5): 6.0, (10, 6): 3.0, (20, 7): -3.0}
    assert counted(cleaned.report) == {"reversed": 2, "netted": 1, "merged": 1}
    assert cleaned.quarantine["reason"].to_pylist() == ["reversed", "reversed"]
    assert cleaned.report.refused == 0


raw_lines = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 99, None]),
        st.sampled_from([10, 20, 77]),
        st.sampled_from([1, 2, 2, None]),
        st.sampled_from([DAY, DAY, DAY + timedelta(days=1), TODAY + timedelta(days=1), None]),
        st.sampled_from([-33.0, -1 / 3, 0.0, 1 / 3, 2.0, 33.0, math.nan, math.inf, None]),
    ),
    max_size=30,
)


@hypothesis(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw_lines)
def test_nothing_is_lost(make: Make, lenient: Settings, lines: list[Line]) -> None:
    """Every line is in the clean table, through netting, or in quarantine: counted once, with its reason."""
    cleaned = clean(make(*lines), lenient, today=TODAY)
    expected = _expected([*ANCHORS, *lines])
    found = {
        tuple(row[name] for name in LINE_NAMES[:4]): row["items"] for row in cleaned.tables.lines.to_pylist()
    }
    assert found == pytest.approx(expected.net)
    reasons = Counter(cleaned.quarantine["reason"].to_pylist())
    assert reasons == Counter(expected.reasons.values())
    report = cleaned.report
    assert {rule: report.rules[rule] for rule in reasons} == reasons
    assert report.lines_in == report.lines_out + sum(report.rules.values())
    assert report.lines_in == len(lines) + len(ANCHORS)
    good = [row for row in cleaned.quarantine.to_pylist() if row["reason"] == "reversed"]
    assert sum(float(row["items"]) for row in good) == pytest.approx(0)
    check_contract(cleaned.tables, today=TODAY)


def _expected(lines: list[Line]) -> oracle.Verdict:
    alone = {place: reason for place, line in enumerate(lines) if (reason := _alone(line))}
    places = [place for place in range(len(lines)) if place not in alone]
    verdict = oracle.resolve([(lines[place][:4], lines[place][4], 0) for place in places])
    verdict.reasons = {places[place]: reason for place, reason in verdict.reasons.items()} | alone
    return verdict


def _alone(line: Line) -> str | None:
    customer, product, order, day, items = line
    checks = [
        ("missing_id", customer is None or product is None or order is None),
        ("unknown_customer", customer not in (1, 2, 3)),
        ("unknown_product", product not in (10, 20)),
        ("unparsable_date", day is None),
        ("future_date", day is not None and day > TODAY),
        ("missing_items", items is None or math.isnan(items)),
        ("infinite_items", items is not None and math.isinf(items)),
    ]
    return next((reason for reason, holds in checks if holds), None)


@hypothesis(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw_lines)
def test_cleaning_what_is_clean_changes_nothing(make: Make, lenient: Settings, lines: list[Line]) -> None:
    once = clean(make(*lines), lenient, today=TODAY).tables
    again = clean(once, lenient, today=TODAY)
    assert again.tables == once
    assert len(again.quarantine) == 0


def test_too_much_refused_names_the_rules_and_the_lines(make: Make, settings: Settings) -> None:
    wrong = [(99, 10, order, DAY, 1.0) for order in range(8)] + [(1, 10, 8, DAY, 0.0)]
    fine = [(1, 10, order, DAY, 1.0) for order in range(100, 189)]
    with pytest.raises(InputError) as raised:
        clean(make(*wrong, *fine), settings, today=TODAY)
    message = str(raised.value)
    assert "9 of 100 (9.0%)" in message
    assert "unknown_customer 8, zero_items 1" in message
    assert "5.0% (cleaning.max_refused_share)" in message
    assert (
        "unknown_customer: customer_id=99, product_id=10, order_id=2, purchase_date=2024-01-15, items=1\n"
        in message
    )
    assert "order_id=3," not in message
    assert raised.value.exit_code == 2
    enough = load_settings(cleaning={"max_refused_share": 0.09})
    assert clean(make(*wrong, *fine), enough, today=TODAY).report.refused_share == pytest.approx(0.09)


def test_repeats_and_reversals_are_not_held_against_a_delivery(make: Make, settings: Settings) -> None:
    lines = [(1, 10, 5, DAY, 3.0), (1, 10, 5, DAY, -3.0)] * 10
    report = clean(make(*lines), settings, today=TODAY).report
    assert counted(report) == {"duplicate": 18, "reversed": 2}
    assert report.refused_share == 0


def _lines(**columns: pa.Array) -> Callable[[Tables], Tables]:
    def change(tables: Tables) -> Tables:
        merged = {name: columns.get(name, tables.lines[name]) for name in tables.lines.column_names}
        return replace(tables, lines=pa.table(merged))

    return change


def _customers(**columns: pa.Array) -> Callable[[Tables], Tables]:
    return lambda tables: replace(tables, customers=pa.table(columns))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda tables: replace(tables, customers=tables.customers.slice(0, 0)),
            "the table customers is empty",
        ),
        (lambda tables: replace(tables, products=tables.products.slice(0, 0)), "the table products is empty"),
        (lambda tables: replace(tables, lines=tables.lines.slice(0, 0)), "the table lines is empty"),
        (
            lambda tables: replace(tables, lines=tables.lines.drop_columns(["items"])),
            "lines has no column 'items'",
        ),
        (
            _lines(items=pa.array([True, False])),
            "column items of lines has the wrong type; got bool, .*True; .*numbers",
        ),
        (
            _lines(items=pa.array(["una", "dos"])),
            "column items of lines has the wrong type; got string, .*'una'",
        ),
        (_lines(items=pa.array([[1.0], [2.0]])), "column items of lines has the wrong type; got list"),
        (
            _lines(purchase_date=pa.array([1.5, 2.5])),
            "column purchase_date of lines has the wrong type; got double",
        ),
        (
            _lines(purchase_date=pa.array([1704067200, 1704153600])),
            "purchase_date of lines has the wrong type; got int",
        ),
        (
            _lines(purchase_date=pa.array(["12-30-2024", "x"])),
            "wrong type; .*'12-30-2024'; allowed: dates, .*30-12-2024",
        ),
        (_lines(order_id=pa.array([True, False])), "column order_id of lines has the wrong type"),
        (
            _lines(customer_id=pa.array([1.5, 2.5])),
            "column customer_id of lines has the wrong type; .*whole numbers",
        ),
        (
            _customers(customer_id=pa.array([DAY])),
            "column customer_id of customers has the wrong type; got date32",
        ),
        (
            _customers(customer_id=pa.array([7, 8])),
            "no customer_id of the lines is in .*lines with 1, 2, customers with 7",
        ),
        (
            _customers(customer_id=pa.array(["001", "002"])),
            "no customer_id .*lines with '1', '2', .*'001', '002'.*zeros",
        ),
        (_lines(product_id=pa.array([70, 80])), "no product_id of the lines is in the table products"),
        (_lines(purchase_date=pa.array([DAY, DAY])), "all lines have the same purchase_date; got 2024-01-15"),
        (
            _lines(customer_id=pa.array([1, 1])),
            "all lines are of one customer; got customer_id 1; allowed: two or more",
        ),
        (_lines(product_id=pa.array([10, 10])), "all lines are of one product; got product_id 10"),
        (_lines(items=pa.array([-1.0, -2.0])), "no line has a positive quantity: there are only returns"),
        (
            _lines(purchase_date=pa.array([date(2031, 1, 1)] * 2)),
            r"too many .*2 of 2 \(100.0%\); got future_date 2",
        ),
        (
            _lines(items=pa.array([math.nan, math.inf])),
            "too many lines were refused: .*missing_items 1, infinite_items 1",
        ),
        (
            _lines(items=pa.array([None, None], pa.float64())),
            "too many lines were refused: .*missing_items 2",
        ),
    ],
)
def test_bad_input_is_one_clear_message(spoil, message: str, make: Make, settings: Settings) -> None:
    with pytest.raises(InputError, match=message) as raised:
        clean(spoil(make()), settings, today=TODAY)
    assert raised.value.exit_code == 2


def test_nothing_left(make: Make, settings: Settings) -> None:
    lines = [(1, 10, 5, DAY, 3.0), (1, 10, 5, DAY, -3.0)]
    with pytest.raises(InputError, match="no line is left after cleaning"):
        clean(make(*lines, anchors=False), settings, today=TODAY)


def test_what_is_no_error(make: Make, settings: Settings) -> None:
    only_returns = [(3, 10, 5, DAY, -1.0), (3, 20, 6, DAY + timedelta(days=300), -2.0)]
    report = clean(make(*only_returns), settings, today=TODAY).report
    assert (report.lines_out, report.refused) == (4, 0)


def test_ids_of_two_types_agree(make: Make, settings: Settings) -> None:
    tables = make()
    text = replace(tables, customers=tables.customers.set_column(0, "customer_id", pa.array(["1", "2", "3"])))
    assert clean(text, settings, today=TODAY).tables.customers["customer_id"].to_pylist() == [1, 2, 3]
    floats = _lines(customer_id=pa.array([1.0, 2.0]))(tables)
    assert clean(floats, settings, today=TODAY).tables.lines["customer_id"].to_pylist() == [1, 2]
    padded = replace(
        tables, customers=tables.customers.set_column(0, "customer_id", pa.array(["1", "2", "A3"]))
    )
    cleaned = clean(padded, settings, today=TODAY).tables
    assert cleaned.lines["customer_id"].to_pylist() == ["1", "2"]
    assert cleaned.customers["customer_id"].to_pylist() == ["1", "2", "A3"]


def test_dates_and_quantities_in_text(make: Make, settings: Settings) -> None:
    tables = _lines(
        purchase_date=pa.array(["01-01-2024", "2024-01-09 10:30"]),
        items=pa.array(["1.234,5", "2"]).dictionary_encode(),
    )(make())
    lines = clean(tables, settings, today=TODAY).tables.lines
    assert lines["purchase_date"].to_pylist() == [date(2024, 1, 1), date(2024, 1, 9)]
    assert lines["items"].to_pylist() == [1234.5, 2.0]


def test_repeated_customers(make: Make, settings: Settings) -> None:
    tables = make()
    rows = {
        "customer_id": [1, 2, 1, 2, None, 3],
        "customer_type": ["BAR", "BAR", "BAR", "ALMACÉN", "?", "BAR"],
        "since": [datetime(2020, 1, 1)] * 6,  # noqa: DTZ001
    }
    cleaned = clean(replace(tables, customers=pa.table(rows)), settings, today=TODAY)
    assert cleaned.tables.customers.select([0, 1]).to_pydict() == {
        "customer_id": [1, 2, 3],
        "customer_type": ["BAR", "ALMACÉN", "BAR"],
    }
    kept = cleaned.quarantine.sort_by("customer_id").to_pylist()
    assert [(row["table"], row["reason"], row["customer_id"]) for row in kept] == [
        ("customers", "duplicate", 1),
        ("customers", "superseded", 2),
        ("customers", "missing_id", None),
    ]
    assert json.loads(kept[1]["record"])["customer_type"] == "BAR"
    assert cleaned.report.entities["customers.superseded"] == 1
    assert cleaned.report.refused == 0
    assert any("1 rows contradict a later row" in text.en for text in cleaned.report.warnings)


def test_unknown_ids_may_be_kept(make: Make) -> None:
    keeping = load_settings(cleaning={"unknown": "keep"})
    cleaned = clean(
        make((77, 88, 5, DAY, 1.0), (None, 10, 6, DAY, 1.0)),
        load_settings(cleaning={"unknown": "keep", "max_refused_share": 0.5}),
        today=TODAY,
    )
    assert cleaned.tables.customers.to_pylist()[-1] == {
        "customer_id": 77,
        "region_id": None,
        "customer_type": None,
    }
    assert cleaned.tables.products["product_id"].to_pylist() == [10, 20, 88]
    assert counted(cleaned.report) == {"missing_id": 1}
    assert clean(make(), keeping, today=TODAY).tables.customers == make().customers


def test_attributes_that_the_table_lacks_are_a_warning(make: Make, settings: Settings) -> None:
    warned = clean(make(), settings, today=TODAY).report.warnings
    assert "customers: no column zone_id, num_deliver_per_week" in warned[0].en
    assert warned[1].en.startswith("products: no column category, sub_category, segment, package;")


def test_the_report_is_json(tmp_path, make: Make, settings: Settings) -> None:
    report = clean(
        make((99, 10, 5, DAY, 1.0), *[(1, 10, k, DAY, 1.0) for k in range(30)]), settings, today=TODAY
    ).report
    write_json(tmp_path / "validation.json", report.as_dict())
    read = read_json(tmp_path / "validation.json")
    assert read["rules"]["unknown_customer"] == 1
    assert read["refused_share"] == pytest.approx(1 / 33)
    assert read["first_day"] == "2024-01-01"
