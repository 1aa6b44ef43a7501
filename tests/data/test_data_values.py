from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.data.numerals import notation, parse_number, parse_numbers
from sodai.data.values import agree, as_days, as_ids, as_quantities


def column(values, kind=None):
    return pa.chunked_array([pa.array(values, kind)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-12-30", date(2024, 12, 30)),
        ("2024-12-30 08:15:00", date(2024, 12, 30)),
        ("2024-12-30T23:59:59.123Z", date(2024, 12, 30)),
        ("2024/1/5", date(2024, 1, 5)),
        ("20241230", date(2024, 12, 30)),
        ("30-12-2024", date(2024, 12, 30)),
        ("30/12/2024 7:05", date(2024, 12, 30)),
        (" 05.01.2024 ", date(2024, 1, 5)),
        ("12-30-2024", None),
        ("31-02-2024", None),
        ("2024-13-01", None),
        ("0001-01-01", None),
        ("30-12-24", None),
        ("ayer", None),
        ("", None),
    ],
)
def test_days_in_text(text: str, expected: date | None) -> None:
    assert as_days(column([text])).to_pylist() == [expected]


def test_days_of_other_types() -> None:
    late = datetime(2024, 12, 30, 23, 30)  # noqa: DTZ001 - the local day counts
    assert as_days(column([late])).to_pylist() == [date(2024, 12, 30)]
    early = pa.chunked_array([pa.array([1735606800], pa.timestamp("s", "America/Santiago"))])
    assert as_days(early).to_pylist() == [date(2024, 12, 30)]
    assert as_days(column([20241230, 5])).to_pylist() == [date(2024, 12, 30), None]
    assert as_days(column([date(1899, 12, 31), date(2024, 1, 1)])).to_pylist() == [None, date(2024, 1, 1)]
    assert as_days(column([1.5])) is None
    assert as_days(column([True])) is None
    assert as_days(column([None])).to_pylist() == [None]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_notation_of_a_day_is_the_day(day: date) -> None:
    texts = [
        day.isoformat(),
        day.strftime("%d-%m-%Y"),
        day.strftime("%d/%m/%Y 10:00"),
        day.strftime("%Y%m%d"),
    ]
    assert as_days(column(texts)).to_pylist() == [day] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567.0),
        ("1 234,5", 1234.5),
        ("1\u00a0234", 1234.0),
        ("\u22123,25", -3.25),
        ("+,5", 0.5),
        ("1e3", 1000.0),
        ("-Inf", float("-inf")),
        ("1.23.4", None),
        ("1,2,3", None),
        ("12 34", None),
        ("-", None),
        ("doce", None),
    ],
)
def test_numbers_that_can_be_read_in_one_way_only(text: str, expected: float | None) -> None:
    assert parse_number(text, "point") == expected
    assert parse_number(text, "comma") == expected


def test_ambiguous_numbers_follow_the_column() -> None:
    assert parse_numbers(pa.array(["1.234", "0,5"])).to_pylist() == [1234.0, 0.5]
    assert parse_numbers(pa.array(["1,234", "0.5"])).to_pylist() == [1234.0, 0.5]
    assert parse_numbers(pa.array(["1.234"]), "comma").to_pylist() == [1234.0]
    assert notation(["1.234", "7"]) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_spanish_and_english_notation_agree(number: Decimal) -> None:
    english = f"{number:,.4f}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    expected = float(number)
    assert parse_number(english, "comma") == expected
    assert parse_number(spanish, "point") == expected


def test_quantities_of_every_type() -> None:
    assert as_quantities(column([1, None])).to_pylist() == [1.0, None]
    assert as_quantities(column([1.5, float("nan")])).to_pylist() == [1.5, None]
    assert as_quantities(column([Decimal("2.50")])).to_pylist() == [2.5]
    assert as_quantities(column(["2,5", "x", None])).to_pylist() == [2.5, None, None]
    assert as_quantities(column([True])) is None
    assert as_quantities(column([date(2024, 1, 1)])) is None


def test_ids_of_every_type() -> None:
    assert as_ids(column([1, 2], pa.int16())).type == pa.int64()
    assert as_ids(column([1.0, None, float("nan")])).to_pylist() == [1, None, None]
    assert as_ids(column([Decimal(7)])).to_pylist() == [7]
    assert as_ids(column([" a ", "", None])).to_pylist() == ["a", None, None]
    assert as_ids(column(["a", "b"]).dictionary_encode()).to_pylist() == ["a", "b"]
    assert as_ids(column([1.5])) is None
    assert as_ids(column([True])) is None
    assert as_ids(column([2**63], pa.uint64())) is None


def test_ids_agree_without_loss() -> None:
    numbers, texts, codes = column([1, 20]), column(["20", "1"]), column(["020", "1"])
    assert [part.to_pylist() for part in agree(numbers, texts)] == [[1, 20], [20, 1]]
    assert [part.to_pylist() for part in agree(numbers, codes)] == [["1", "20"], ["020", "1"]]
    assert agree(texts, codes) == (texts, codes)
