"""Lists as files: CSV that a spreadsheet of the reader's country opens, and Excel.

The rows are asked of the API anew, whole, when the file is fetched.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from sodai.settings.numbers import in_spanish
from sodai.ui.writing import Language

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet would run a cell that begins so (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A table to hand out: a name for the file, the headings, the rows."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def as_csv(sheet: Sheet, language: Language) -> bytes:
    r"""Write a sheet as CSV: in Spanish with semicolons and decimal commas; UTF-8 with its mark, for Excel.

    >>> as_csv(Sheet("a", ["x"], [[1.5], ["=1+1"]]), Language.ES).decode("utf-8-sig")
    "x\r\n1,5\r\n'=1+1\r\n"
    """
    spanish = language is Language.ES
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if spanish else ",")
    writer.writerow(sheet.headings)
    for row in sheet.rows:
        writer.writerow([_told(value, spanish=spanish) for value in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """Write a sheet as an Excel workbook, numbers as numbers."""
    book = Workbook()
    page = book.active
    page.title = sheet.name[:31]
    page.append(list(sheet.headings))
    for row in sheet.rows:
        page.append([_harmless(value) for value in row])
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for at, heading in enumerate(sheet.headings, start=1):
        longest = max([len(str(heading)), *(len(str(row[at - 1])) for row in sheet.rows[:200])])
        page.column_dimensions[get_column_letter(at)].width = min(60, longest + 2)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def attributes_of(rows: Sequence[Mapping[str, Any]], hidden: frozenset[str]) -> list[str]:
    """List the attributes that any row has, in the order in which they are met."""
    return [name for name in dict.fromkeys(name for row in rows for name in row) if name not in hidden]


def _told(value: Any, *, spanish: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        text = f"{value:.6g}" if abs(value) < 1 else f"{value:.4f}".rstrip("0").rstrip(".")
        return in_spanish(text) if spanish else text
    return str(_harmless(value))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
