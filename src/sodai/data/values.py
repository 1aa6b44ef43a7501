"""What a delivered column means: ids, days and quantities, whatever type or notation they came in.

Each function takes a column as delivered and gives it in the type that the rooms share, or ``None`` when the
type cannot hold such a thing at all. A single value that makes no sense becomes null; the caller names it.
Text is parsed once per distinct value, so millions of lines cost little more than thousands.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from sodai.data.numerals import parse_numbers

Column: TypeAlias = pa.ChunkedArray
FIRST_DAY = date(1900, 1, 1)  # Older dates are defaults of some database, not purchases.
WHOLE_NUMBER = r"^(0|-?[1-9]\d{0,17})$"
_LARGEST_EXACT = 2**53

_TIME_OF_DAY = r"[T ]+\d{1,2}:\d{2}.*$"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def is_text(kind: pa.DataType) -> bool:
    """Whether ``kind`` is a string type, dictionary-encoded or not."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def as_ids(column: Column) -> Column | None:
    """Ids as int64 or string; blank text is null. ``None`` for types that identify nothing (bool, date)."""
    column = plain(column)
    kind = column.type
    if pa.types.is_string(kind):
        trimmed = per_value(column, pc.utf8_trim_whitespace)
        return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if pa.types.is_null(kind) or pa.types.is_signed_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return _whole(column)
    return None


def _whole(column: Column) -> Column | None:
    values = column.cast(pa.float64(), safe=False)
    values = pc.if_else(pc.is_nan(values), pa.scalar(None, pa.float64()), values)
    fits = pc.and_(pc.equal(values, pc.floor(values)), pc.less_equal(pc.abs(values), float(_LARGEST_EXACT)))
    return values.cast(pa.int64(), safe=False) if pc.all(fits, min_count=0).as_py() else None


def agree(*columns: Column) -> tuple[Column, ...]:
    """Bring id columns to one type without loss: integers if all the text is whole numbers, else text.

    >>> left, right = pa.chunked_array([["1", "20"]]), pa.chunked_array([[20, 3]])
    >>> [str(column.type) for column in agree(left, right)]
    ['int64', 'int64']
    """
    if len({column.type for column in columns}) == 1:
        return columns
    texts = [column for column in columns if pa.types.is_string(column.type)]
    whole = all(_all_whole(column) for column in texts)
    return tuple(column.cast(pa.int64() if whole else pa.string()) for column in columns)


def _all_whole(column: Column) -> bool:
    return bool(pc.all(pc.match_substring_regex(pc.unique(column), WHOLE_NUMBER), min_count=0).as_py())


def as_days(column: Column) -> Column | None:
    """Days as date32, from dates, timestamps (the local day), text or yyyymmdd integers.

    Text may be ISO (2024-12-30), compact (20241230) or day first (30-12-2024), with ``-``, ``/`` or ``.`` and
    an ignored time of day. Month-first text is never guessed.
    """
    column = plain(column)
    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.date32())
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        return _plausible(pc.floor_temporal(local, unit="day").cast(pa.date32(), safe=False))
    if pa.types.is_date(kind):
        return _plausible(column.cast(pa.date32(), safe=False))
    if pa.types.is_integer(kind):
        column = column.cast(pa.string())
    return per_value(column, _parse_days) if pa.types.is_string(column.type) else None


def _plausible(days: Column) -> Column:
    return pc.if_else(pc.greater_equal(days, pa.scalar(FIRST_DAY)), days, pa.scalar(None, pa.date32()))


def _parse_days(texts: pa.Array) -> pa.Array:
    bare = pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), _TIME_OF_DAY, "")
    encoded = bare.dictionary_encode()
    days = pa.array([_parse_day(text) for text in encoded.dictionary.to_pylist()], pa.date32())
    return days.take(encoded.indices)


def _parse_day(text: str) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        parsed = date(year, month, day)
    except ValueError:
        return None
    return parsed if parsed >= FIRST_DAY else None


def as_quantities(column: Column) -> Column | None:
    """Quantities as float64; NaN is null; text in either notation. ``None`` for bool, dates and the like."""
    column = plain(column)
    kind = column.type
    if pa.types.is_string(kind):
        column = per_value(column, parse_numbers)
    elif not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_null(kind)
    ):
        return None
    numbers = column.cast(pa.float64(), safe=False)
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)


def plain(column: Column) -> Column:
    """Undo what is only encoding: dictionaries and the large or view forms of text."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.string()) if is_text(column.type) else column


def per_value(column: Column, convert: Callable[[pa.Array], pa.Array]) -> Column:
    """Apply ``convert`` to the distinct values of ``column`` and spread the result over its rows."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return pa.chunked_array([convert(encoded.dictionary).take(encoded.indices)])
