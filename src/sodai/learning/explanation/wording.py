"""Numbers and sentences by language: decimal comma in Spanish, and "1 día" but "2 días"."""

from collections.abc import Mapping
from string import Formatter
from typing import Any, Final, Literal

from sodai.settings.numbers import in_spanish

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("es", "en")
Value = float | str

# Named ways to say a number: "singular|plural", with # where the number goes.
_COUNTED: Final[dict[str, dict[Language, str]]] = {
    "days": {"es": "# día|# días", "en": "# day|# days"},
    "weeks": {"es": "# semana|# semanas", "en": "# week|# weeks"},
    "every": {"es": "todos los días|cada # días", "en": "every day|every # days"},
    "weeks_ago": {"es": "la última semana|hace # semanas", "en": "last week|# weeks ago"},
    "times": {"es": "# vez|# veces", "en": "once|# times"},
}


def number(value: float, language: Language, decimals: int = 1) -> str:
    """Write a number with at most ``decimals`` decimals.

    >>> number(1234.5, "es"), number(1234.5, "en"), number(3.0, "es")
    ('1.234,5', '1,234.5', '3')
    """
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    return in_spanish(text) if language == "es" else text


def percent(share: float, language: Language) -> str:
    """Write a share of 1 as percent: whole from 1 % on, one decimal below.

    >>> percent(0.456, "es"), percent(0.456, "en"), percent(0.004, "es")
    ('46 %', '46%', '0,4 %')
    """
    text = number(100 * share, language, 0 if share >= 0.01 else 1)
    return f"{text} %" if language == "es" else f"{text}%"


def counted(value: float, forms: str, language: Language) -> str:
    """Write a whole number in the form that it asks for, as in ``"# día|# días"``.

    >>> counted(1, "# día|# días", "es"), counted(1234.2, "# day|# days", "en")
    ('1 día', '1,234 days')
    """
    whole = round(value)
    singular, plural = forms.split("|")
    return (singular if whole == 1 else plural).replace("#", number(whole, language, 0))


class Phrase(Formatter):
    """Fills a template in one language; what comes after the colon says how the number is written.

    ``percent``; ``more`` (a ratio of 1.3 is 30 %); ``number``; ``items`` (units, decimals kept);
    ``days``, ``weeks``, ``every``, ``weeks_ago``, ``times``; or the two forms themselves, ``# caja|# cajas``.

    >>> Phrase("es").fill("lo compra {gap:every}, la última vez hace {last:days}", {"gap": 9.2, "last": 1})
    'lo compra cada 9 días, la última vez hace 1 día'
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def fill(self, template: str, values: Mapping[str, Value]) -> str:
        """Fill in the template.

        Raises
        ------
        KeyError
            If it names a value that is not there.
        """
        return self.vformat(template, (), values)

    def format_field(self, value: Any, spec: str) -> str:
        """Write one value; see the class."""
        if spec in _COUNTED:
            return counted(max(float(value), 1.0), _COUNTED[spec][self.language], self.language)
        if "|" in spec:
            return counted(float(value), spec, self.language)
        if spec == "items":
            return self._items(float(value))
        if spec == "number":
            return number(float(value), self.language)
        if spec in {"percent", "more"}:
            return percent(float(value) - (spec == "more"), self.language)
        return value if isinstance(value, str) else number(float(value), self.language)

    def _items(self, value: float) -> str:
        text = number(value, self.language)
        one, many = {"es": ("unidad", "unidades"), "en": ("unit", "units")}[self.language]
        return f"{text} {one if text == '1' else many}"


def names_in(template: str) -> tuple[str, ...]:
    """Names of the values that a template uses.

    >>> names_in("cada {gap:days}, hace {last:days}")
    ('gap', 'last')
    """
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)
