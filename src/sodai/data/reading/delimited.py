"""Delimited text as Excel, an ERP or pandas writes it: encoding, separator, notation and types are found out.

Encoding is UTF-8 (with or without a byte order mark), UTF-16 with a mark, else Latin-1 in its Windows form.
The separator is the one of ``; , tab |`` that occurs most in the header. A column of whole numbers becomes
int64, of numbers in either decimal notation float64, anything else text; numbers with leading zeros or with
more digits than a number can hold are codes and stay text. Days stay text here: `sodai.data.values.as_days`
reads them.
"""

import codecs
import csv
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sodai.data.numerals import NO_VALUE, Notation, notation, parse_number
from sodai.data.values import WHOLE_NUMBER
from sodai.settings import InputError

SEPARATORS = (";", ",", "\t", "|")
_CODE = r"^[+-]?0\d|^\d{16,}$"  # 007, or too long for a number to hold
Kind = Literal["whole", "number", "text", "empty"]
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
    kinds = {name: _kind(column) for name, column in columns.items()}
    speaking = (
        notation(columns[name].dictionary.to_pylist()) for name, kind in kinds.items() if kind == "number"
    )
    voices: list[Notation] = [voice for voice in speaking if voice]
    fallback: Notation = "comma" if separator == ";" else "point"
    file_notation = max(sorted(set(voices)), key=voices.count) if voices else fallback
    return pa.table(
        {
            name: _converted(column, kinds[name], file_notation, name in lenient).take(column.indices)
            for name, column in columns.items()
        }
    )


def _kind(column: pa.DictionaryArray) -> Kind:
    """Say what all values of a column are; blanks and words for nothing are with the numbers."""
    values = pc.utf8_trim_whitespace(column.dictionary)
    filled = values.filter(pc.not_equal(values, ""))
    if pc.all(pc.match_substring_regex(filled, WHOLE_NUMBER), min_count=0).as_py():
        return "whole" if len(filled) else "empty"
    if pc.any(pc.match_substring_regex(filled, _CODE)).as_py():
        return "text"
    some = False
    for text in filled.to_pylist():
        if text.lower() not in NO_VALUE:
            some = True
            if parse_number(text, "point") is None:
                return "text"
    return "number" if some else "text"


def _converted(column: pa.DictionaryArray, kind: Kind, file_notation: Notation, lenient: bool) -> pa.Array:
    """Convert the distinct values of a column."""
    values = pc.utf8_trim_whitespace(column.dictionary)
    filled = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    if kind == "whole":
        return filled.cast(pa.int64())
    if kind == "empty" or (kind == "text" and not lenient):
        return filled
    texts = values.to_pylist()
    chosen = notation(texts) or file_notation
    numbers = [parse_number(text, chosen) for text in texts]
    if kind == "number":
        return pa.array(numbers, pa.float64())
    rewritten = (
        text or None if number is None else repr(number) for text, number in zip(texts, numbers, strict=True)
    )
    return pa.array(rewritten, pa.string())
