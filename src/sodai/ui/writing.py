"""One language: its words, its numbers and its days."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sodai.publishing.report import text as both
from sodai.publishing.report.text import DASH, Text


class Language(StrEnum):
    """What a reader reads."""

    ES = "es"
    EN = "en"

    @property
    def other(self) -> "Language":
        """The one to switch to."""
        return Language.EN if self is Language.ES else Language.ES


class Bilingual(Protocol):
    """Anything that says the same in both languages."""

    @property
    def es(self) -> str:
        """In Spanish."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


class Writer:
    """Writes words, numbers and days as the readers of one language do.

    Examples
    --------
    >>> Writer(Language.ES).items(1234.6), Writer(Language.EN).items(3.25)
    ('1.235', '3.2')
    >>> Writer(Language.EN).chance(0.004), Writer(Language.EN).chance(0.87)
    ('<1%', '87%')
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, text: Bilingual, **values: Text | str | int) -> str:
        """Write words; ``values`` fill in what stands in braces."""
        words = Text(text.es, text.en)
        return self._own(words.format(**values) if values else words)

    def number(self, value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
        """Write a number; a dash for None."""
        return self._own(both.fixed(value, decimals, signed=signed))

    def items(self, value: float | None) -> str:
        """Write items: tenths below ten."""
        return self.number(value, 1 if value is not None and abs(value) < 9.95 else 0)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """Write a share of 1 as percent."""
        return self._own(both.percent(share, decimals))

    def chance(self, probability: float | None) -> str:
        """Write a probability: never as 0 % or 100 %, for nothing is certain."""
        if probability is None:
            return DASH
        if probability < 0.01:
            return "<" + self.percent(0.01)
        return ">" + self.percent(0.99) if probability > 0.99 else self.percent(probability)

    def points(self, change: float | None) -> str:
        """Write a change of a probability in percentage points."""
        return self.number(None if change is None else 100 * change, 1, signed=True)

    def day(self, day: date | None) -> str:
        """Write a day."""
        return self._own(both.day(day.isoformat() if day else None))

    def short_day(self, day: date) -> str:
        """Write a day without its year, for the axis of a figure."""
        return self.day(day).rsplit(" ", 1)[0]

    def moment(self, moment: datetime | None) -> str:
        """Write a moment in the time of this machine."""
        if moment is None:
            return DASH
        here = moment.astimezone()
        return f"{self.day(here.date())}, {here:%H:%M}"

    def window(self, origin: date, until: date) -> str:
        """Write the days from ``origin`` to ``until``.

        >>> Writer(Language.ES).window(date(2025, 1, 1), date(2025, 1, 7))
        '1 ene – 7 ene 2025'
        """
        first = self.short_day(origin) if origin.year == until.year else self.day(origin)
        return f"{first} {DASH} {self.day(until)}"

    def week(self, origin: date, days: int = 7) -> str:
        """Write the window that begins at an origin."""
        return self.window(origin, origin + timedelta(days=days - 1))

    def value(self, value: float | str | None) -> str:
        """Write the value of an attribute: whole numbers without decimals, ids without thousands."""
        if value is None:
            return DASH
        if isinstance(value, str):
            return value
        return str(int(value)) if float(value).is_integer() else self.number(value, 3).rstrip("0")

    def _own(self, text: Text) -> str:
        return text.es if self.language is Language.ES else text.en
