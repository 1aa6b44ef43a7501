"""What cleaning did, in numbers that add up."""

from dataclasses import asdict, dataclass, field
from datetime import date

from sodai.data.cleaning.rules import REFUSED_RULES


@dataclass(frozen=True)
class Remark:
    """A sentence for a person, in both languages."""

    es: str
    en: str


@dataclass(frozen=True)
class CleaningReport:
    """Counts of one cleaning.

    ``rules`` has every line rule, with 0 where nothing happened. Lines add up: ``lines_in`` is
    ``lines_out`` plus the sum of ``rules``. ``entities`` counts the rows that left customers and products,
    as ``customers.duplicate``. ``refused_share`` is refused lines over ``lines_in``. ``warnings`` say
    what a person should know.
    """

    lines_in: int
    lines_out: int
    customers: int
    products: int
    first_day: date
    last_day: date
    rules: dict[str, int]
    entities: dict[str, int] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()

    @property
    def refused(self) -> int:
        """Number of lines that were wrong."""
        return refused_lines(self.rules)

    @property
    def refused_share(self) -> float:
        """Share of the delivered lines that were wrong, 0..1."""
        return self.refused / self.lines_in

    def as_dict(self) -> dict[str, object]:
        """Everything, with the derived figures, ready for `sodai.data.write_json`."""
        return {**asdict(self), "refused": self.refused, "refused_share": self.refused_share}


def refused_lines(rules: dict[str, int]) -> int:
    """Add up the rules that count as refused."""
    return sum(rules.get(rule, 0) for rule in REFUSED_RULES)
