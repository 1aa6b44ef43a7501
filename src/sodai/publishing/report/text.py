"""Text in both languages, and numbers as each language writes them."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from sodai.settings.numbers import in_spanish

DASH = "–"


class Text(NamedTuple):
    """The same in Spanish and in English."""

    es: str
    en: str

    def format(self, **values: "Text | str | int") -> "Text":
        """Fill in both; a :class:`Text` gives each language its own.

        >>> Text("{n} pares", "{n} pairs").format(n=counted(1200)).es
        '1.200 pares'
        """
        es = {name: value.es if isinstance(value, Text) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        return Text(self.es.format(**es), self.en.format(**en))


NOTHING = Text(DASH, DASH)


def same(text: object) -> Text:
    """Text that reads the same in both languages."""
    return Text(str(text), str(text))


def fixed(value: float | None, decimals: int = 3, *, signed: bool = False) -> Text:
    """Write a number with so many decimals; a dash for None and NaN.

    >>> fixed(0.06251, 3, signed=True)
    Text(es='+0,063', en='+0.063')
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return NOTHING
    rounded = round(value, decimals)
    sign = "+" if signed and rounded else ""
    text = f"{rounded + 0.0:{sign},.{decimals}f}".replace("-", "−")
    return Text(in_spanish(text), text)


def counted(value: float | None) -> Text:
    """Write a whole number with thousands."""
    return fixed(value, 0)


def percent(share: float | None, decimals: int = 0) -> Text:
    """Write a share of 1 as percent.

    >>> percent(0.0345, 1).en
    '3.5%'
    """
    text = fixed(None if share is None else 100 * share, decimals)
    return text if text == NOTHING else Text(f"{text.es}\u00a0%", f"{text.en}%")


def interval(low: float | None, high: float | None, decimals: int = 3, *, signed: bool = False) -> Text:
    """Write an interval in brackets; a dash where it is not defined."""
    ends = fixed(low, decimals, signed=signed), fixed(high, decimals, signed=signed)
    return (
        NOTHING if NOTHING in ends else Text(f"[{ends[0].es}; {ends[1].es}]", f"[{ends[0].en}, {ends[1].en}]")
    )


def day(iso: str | None) -> Text:
    """Write an ISO date as a person of each language reads it.

    >>> day("2024-11-04")
    Text(es='4 nov 2024', en='4 Nov 2024')
    """
    if not iso:
        return NOTHING
    found = date.fromisoformat(iso[:10])
    spanish = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
    english = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return Text(*(f"{found.day} {months[found.month - 1]} {found.year}" for months in (spanish, english)))


def seconds(value: float | None) -> Text:
    """Write a duration: tenths below a minute, else minutes and seconds."""
    if value is None:
        return NOTHING
    if value < 60:
        text = fixed(value, 1)
        return Text(f"{text.es} s", f"{text.en} s")
    return same(f"{int(value // 60)} min {int(value % 60)} s")


def joined(parts: Iterable[Text], separator: str = ", ") -> Text:
    """Join the parts in each language."""
    both = list(parts)
    return Text(separator.join(p.es for p in both), separator.join(p.en for p in both))


def plural(count: int, one: Text, many: Text) -> Text:
    """Choose the form for a count and fill it in as ``{n}``.

    >>> plural(1, Text("{n} semana", "{n} week"), Text("{n} semanas", "{n} weeks")).es
    '1 semana'
    """
    return (one if count == 1 else many).format(n=counted(count))


Writer = Callable[[float | None], Text]
