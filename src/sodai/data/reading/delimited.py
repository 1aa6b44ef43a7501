"""Delimited text as Excel, an ERP or pandas writes it: encoding, separator, notation and types are found out.

Encoding is UTF-8 (with or without a byte order mark), UTF-16 with a mark, else Latin-1 in its Windows form.
The separator is the one of ``; , tab |`` that occurs most in the header. A column of whole numbers becomes
int64, of numbers in either decimal notation float64, anything else text; numbers with leading zeros are codes
and stay text. Days stay text here: `sodai.data.values.as_days` reads them.
"""

import codecs
import csv
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sodai.data.numerals import NO_VALUE, Notation, notation, parse_number
from sodai.data.values import WHOLE_NUMBER
from sodai.settings import InputError

SEPARATORS = (";", ",", "\t", "|")
_LEADING_ZERO = r"^[+-]?0\d"
_TEXT = pa.dictionary(pa.int32(), pa.string())


def header(path: Path) -> list[str]:
    """Column names of a delimited file, as delivered; one without a name is blank."""
    return _split_header(path, _decoded(path))[0]


def read_delimited(path: Path, columns: Collection[str], lenient: Collection[str] = ()) -> pa.Table:
    """Read ``columns`` of a delimited file with a header, typed by what they hold.

    A column of ``lenient`` in which some values are no numbers stays text, but its numbers are rewritten
    with a decimal point, so that what is wrong can be told from what is only written differently.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, or has lines of unequal length.
    """
    text = _decoded(path)
    names, separator, skip = _split_header(path, text)
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=skip),
            parse_options=pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in text),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, _TEXT),
                include_columns=[name for name in names if name in columns],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(
            f"cannot read {path} as delimited text: {error}",
            hint="Every line needs as many fields as the header.",
        ) from error
    encoded = [table[name].unify_dictionaries().combine_chunks() for name in table.column_names]
    return _typed(dict(zip(table.column_names, map(_one, encoded), strict=True)), separator, lenient)


def _one(column: pa.Array) -> pa.DictionaryArray:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _decoded(path: Path) -> bytes:
    """Bytes of the file as UTF-8 without a mark."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace").encode()
    if b"\0" in raw[:4096]:
        raise InputError(f"{path} is not a text file", hint="Export it as csv (UTF-8) or parquet.")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _from_latin(raw).encode()
    return raw


def _from_latin(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _split_header(path: Path, text: bytes) -> tuple[list[str], str, int]:
    """Names, separator and the number of physical lines to skip."""
    lines = text[:100_000].decode("utf-8", errors="ignore").splitlines()
    skip = next((k for k, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), None)
    if skip is None:
        raise InputError(f"{path} is empty", hint="A delimited file starts with a line of column names.")
    line = lines[skip]
    separator = max(SEPARATORS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=separator))]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise InputError(f"{path} has columns of the same name", got=", ".join(repeated), hint="Rename them.")
    return [name or " " * (k + 1) for k, name in enumerate(names)], separator, skip + 1


def _typed(columns: dict[str, pa.DictionaryArray], separator: str, lenient: Collection[str]) -> pa.Table:
    speaking = [notation(column.dictionary.to_pylist()) for column in columns.values() if _is_numeric(column)]
    voices: list[Notation] = [voice for voice in speaking if voice]
    fallback: Notation = "comma" if separator == ";" else "point"
    file_notation = max(sorted(set(voices)), key=voices.count) if voices else fallback
    return pa.table(
        {name: _column(column, file_notation, name in lenient) for name, column in columns.items()}
    )


def _column(column: pa.DictionaryArray, file_notation: Notation, lenient: bool) -> pa.Array:
    values = pc.utf8_trim_whitespace(column.dictionary)
    if not len(values) or pc.all(pc.equal(values, "")).as_py():
        return pa.nulls(len(column), pa.string())
    filled = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    if pc.all(pc.match_substring_regex(filled, WHOLE_NUMBER)).as_py():
        return filled.cast(pa.int64()).take(column.indices)
    if _is_numeric(column):
        return _numbers(values, file_notation).take(column.indices)
    return (_rewritten(values, file_notation) if lenient else filled).take(column.indices)


def _is_numeric(column: pa.DictionaryArray) -> bool:
    """Whether all values are numbers or stand for none, one at least is, and none is a code like 007."""
    values = pc.utf8_trim_whitespace(column.dictionary)
    if pc.any(pc.match_substring_regex(values, _LEADING_ZERO)).as_py():
        return False
    texts = [text for text in values.to_pylist() if text.lower() not in NO_VALUE]
    return bool(texts) and all(parse_number(text, "point") is not None for text in texts)


def _numbers(values: pa.Array, file_notation: Notation) -> pa.Array:
    texts = values.to_pylist()
    chosen = notation(texts) or file_notation
    return pa.array([parse_number(text, chosen) for text in texts], pa.float64())


def _rewritten(values: pa.Array, file_notation: Notation) -> pa.Array:
    texts = values.to_pylist()
    chosen = notation(texts) or file_notation
    numbers = [parse_number(text, chosen) for text in texts]
    return pa.array(
        [
            text or None if number is None else repr(number)
            for text, number in zip(texts, numbers, strict=True)
        ],
        pa.string(),
    )
