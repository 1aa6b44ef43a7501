from pathlib import Path

import pyarrow as pa
import pytest

from sodai.data.reading.delimited import header, read_delimited
from sodai.settings import InputError


def read(path: Path, content: bytes, **options) -> dict[str, list[object]]:
    path.write_bytes(content)
    return read_delimited(path, header(path), **options).to_pydict()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "transacciones.csv"


def test_latin_1_with_semicolons_and_decimal_commas(path: Path) -> None:
    content = "id;nombre;cajas;día\r\n1;Almacén Ñuñoa;1.234,5;30-12-2024\r\n2;Bar;-0,25;31-12-2024\r\n"
    assert read(path, content.encode("latin-1")) == {
        "id": [1, 2],
        "nombre": ["Almacén Ñuñoa", "Bar"],
        "cajas": [1234.5, -0.25],
        "día": ["30-12-2024", "31-12-2024"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_encoding_and_separator(encoding: str, separator: str, path: Path) -> None:
    content = f"id{separator}nombre\n1{separator}Café\n"
    assert read(path, content.encode(encoding)) == {"id": [1], "nombre": ["Café"]}


def test_numbers_in_quotes_in_a_comma_separated_file(path: Path) -> None:
    assert read(path, b'a,b,c\n"1,5","1,234.5",x\n"2","7","y, z"\n') == {
        "a": [1.5, 2.0],
        "b": [1234.5, 7.0],
        "c": ["x", "y, z"],
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b\n1.234;0,5\n", [1234.0]),  # the other column speaks for the comma
        (b"a;b\n1.234;0.5\n", [1.234]),  # the other column speaks for the point
        (b"a;b\n1.234;x\n0.333;x\n", [1.234, 0.333]),  # no thousands start with 0
        (b"a;b\n1.234;x\n", [1234.0]),  # nothing speaks: a semicolon goes with decimal commas
        (b"a,b\n1.234,x\n", [1.234]),
        (b"a\tb\n1.234\t2.5\n", [1.234]),
    ],
)
def test_ambiguous_numbers_follow_the_file(content: bytes, expected: list[float], path: Path) -> None:
    assert read(path, content)["a"] == expected


def test_types(path: Path) -> None:
    content = b"whole,code,gap,text,none,na,ean\n1,007,1,x,,1.5,1\n-2,012,,NA,,N/A,12345678901234567890\n"
    assert read(path, content) == {
        "whole": [1, -2],
        "code": ["007", "012"],
        "gap": [1, None],
        "text": ["x", "NA"],
        "none": [None, None],
        "na": [1.5, None],
        "ean": ["1", "12345678901234567890"],
    }


def test_a_wrong_number_does_not_change_how_the_right_ones_are_read(path: Path) -> None:
    content = b"a;items\nx;1.234\ny;0,5\nz;doce\nw;\n"
    assert read(path, content, lenient=["items"])["items"] == ["1234.0", "0.5", "doce", None]


def test_line_ends_quotes_an_excel_mark_and_a_trailing_separator(path: Path) -> None:
    content = b'sep=;\r\na;b;\r\n1;"two\nlines";\r\n\r\n2;"say ""hi""";\r\n'
    assert read(path, content) == {"a": [1, 2], "b": ["two\nlines", 'say "hi"'], "   ": [None, None]}


def test_only_the_columns_asked_for(path: Path) -> None:
    path.write_bytes(b"a,b,c\n1,2,3\n")
    assert read_delimited(path, ["c", "a"]) == pa.table({"a": [1], "c": [3]})


def test_a_header_alone_is_a_table_without_rows(path: Path) -> None:
    assert read(path, b"a,b\n") == {"a": [], "b": []}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04\0\0\0\0", "is not a text file"),
        (b"a,b\n1,2\n1,2,3\n", r"cannot read .*transacciones\.csv.*Expected 2 columns, got 3"),
        (b"a,b,a\n1,2,3\n", "columns of the same name; got a"),
    ],
)
def test_what_cannot_be_read(content: bytes, message: str, path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read(path, content)


def test_a_file_that_may_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        header(tmp_path)
