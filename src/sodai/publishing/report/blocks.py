"""What a page is made of: sections of paragraphs, tiles, tables, figures and recommendation cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sodai.publishing.report.text import Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``tone`` is "" or one of lead, note, good, warn."""

    kind: ClassVar[str] = "paragraph"
    text: Text
    tone: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure to see at a glance."""

    label: Text
    value: Text
    note: Text | None = None


@dataclass(frozen=True)
class Tiles:
    """A row of tiles."""

    kind: ClassVar[str] = "tiles"
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Table:
    """A table; the first ``words`` columns are text, the others numbers. ``strong`` rows stand out."""

    kind: ClassVar[str] = "table"
    head: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    words: int = 1
    strong: frozenset[int] = frozenset()
    caption: Text | None = None


@dataclass(frozen=True)
class Figure:
    """A Plotly figure. ``words`` are by language what :file:`report.js` puts into data and layout.

    Parameters
    ----------
    name : str
        Id on the page.
    title : Text
    data, layout : Plotly's own; a colour may be a CSS variable, ``var(--model)``.
    words : mapping of str to Texts
        ``x``, ``y``: titles of the axes; ``names``: of the traces; ``hover``: templates of the traces;
        ``xticks``, ``yticks``: labels of the ticks at ``tickvals``.
    wide : bool
        Takes the whole width of the page.
    """

    kind: ClassVar[str] = "figure"
    name: str
    title: Text
    data: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any]
    words: Mapping[str, Text | Sequence[Text]]
    note: Text | None = None
    wide: bool = False

    def spec(self) -> dict[str, Any]:
        """Everything that the page needs to draw it, ready for JSON."""
        return {
            "data": list(self.data),
            "layout": dict(self.layout),
            "es": {name: _of(value, 0) for name, value in self.words.items()},
            "en": {name: _of(value, 1) for name, value in self.words.items()},
        }


@dataclass(frozen=True)
class Card:
    """One recommendation: what, how likely, how many, and why."""

    rank: int
    product: str
    product_id: str
    probability: Text
    items: Text
    buy: bool
    reasons: Sequence[Text]


@dataclass(frozen=True)
class Cards:
    """The recommendations of one customer."""

    kind: ClassVar[str] = "cards"
    title: Text
    cards: Sequence[Card]


@dataclass(frozen=True)
class Details:
    """Blocks behind a line that unfolds."""

    kind: ClassVar[str] = "details"
    title: Text
    blocks: Sequence[Any]


Block = Paragraph | Tiles | Table | Figure | Cards | Details


@dataclass(frozen=True)
class Section:
    """A part of the page with its title and, below it, what the part is for."""

    name: str
    title: Text
    blocks: Sequence[Block]
    about: Text | None = None


def _of(value: Text | Sequence[Text], language: int) -> Any:
    return value[language] if isinstance(value, Text) else [one[language] for one in value]
