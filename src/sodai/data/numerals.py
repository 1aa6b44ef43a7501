"""Numbers written by people: decimal point or decimal comma, with or without thousands.

``1,5`` and ``1.234,5`` can only be Spanish notation, ``1.5``, ``0.333`` and ``1,234.5`` only English; such
values are read for what they are. ``1.234`` and ``1,234`` could be either: they follow the notation for
which the rest of the column, then the rest of the file, then the field separator of the file speaks.
"""

import re
from collections.abc import Iterable
from typing import Literal

import pyarrow as pa

Notation = Literal["point", "comma"]

_SOME_DIGIT = r"(?=[+-]?[.,]?\d)"
_EXPONENT = r"(?:[eE][+-]?\d+)?"
_POINT = re.compile(rf"{_SOME_DIGIT}[+-]?(?:\d+|[1-9]\d{{0,2}}(?:[, ]\d{{3}})+)?(?:\.\d+)?{_EXPONENT}")
_COMMA = re.compile(rf"{_SOME_DIGIT}[+-]?(?:\d+|[1-9]\d{{0,2}}(?:[. ]\d{{3}})+)?(?:,\d+)?{_EXPONENT}")
_WORDS = {
    "nan": float("nan"),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in ("inf", "infinity")},
}
NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none", "#n/a", "-"})
_SAME = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2212": "-"})


def parse_numbers(texts: pa.Array, otherwise: Notation = "point") -> pa.Array:
    """Read distinct ``texts`` as float64, null where a text is no number.

    ``otherwise`` is the notation of ambiguous values when no other value of ``texts`` decides.

    >>> parse_numbers(pa.array(["1.234", "2,5"])).to_pylist()
    [1234.0, 2.5]
    >>> parse_numbers(pa.array(["1.234", "x"])).to_pylist()
    [1.234, None]
    """
    values = [_tidy(text) for text in texts.to_pylist()]
    chosen = notation(values) or otherwise
    return pa.array([parse_number(value, chosen) for value in values], pa.float64())


def notation(texts: Iterable[str | None]) -> Notation | None:
    """Say for which notation the unambiguous values of ``texts`` speak, ``None`` when they do not."""
    votes = [_only(text) for text in texts if text]
    comma, point = votes.count("comma"), votes.count("point")
    return None if comma == point else ("comma" if comma > point else "point")


def parse_number(text: str | None, chosen: Notation) -> float | None:
    """Read one text; ``chosen`` settles what could be read in both notations."""
    text = _tidy(text)
    if not text:
        return None
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    only = _only(text)
    if only is None and _POINT.fullmatch(text) is None:
        return None
    comma = (only or chosen) == "comma"
    bare = text.replace(" ", "").replace("." if comma else ",", "")
    return float(bare.replace(",", "."))


def _only(text: str) -> Notation | None:
    point, comma = _POINT.fullmatch(text) is not None, _COMMA.fullmatch(text) is not None
    return None if point == comma else ("point" if point else "comma")


def _tidy(text: str | None) -> str | None:
    return None if text is None else text.translate(_SAME).strip()
