"""What a drift measurement leaves: frozen, versioned, and the same after a round trip through JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from sodai.drift.delivery import Fault
from sodai.drift.domain import Domain
from sodai.drift.harm import Harm
from sodai.drift.samples import Side
from sodai.drift.unseen import Unseen
from sodai.settings import InputError

SCHEMA_VERSION: Final = 2

Status = Literal["measured", "insufficient", "absent"]


@dataclass(frozen=True)
class Statistic:
    """One number about one column; ``p_value`` where the statistic is a test."""

    name: str
    value: float
    p_value: float | None = None


@dataclass(frozen=True)
class Effect:
    """How far a column moved, and whether that is further than in healthy weeks.

    Parameters
    ----------
    value, low, high : float
        Jensen-Shannon distance of the two sides and its interval over customers.
    usual : float or None
        Upper decile of the same distance in healthy weeks at the same lag; None where too few are known.
    margin : float
        ``usual`` and the smallest effect that matters.
    p_value, q_value : float
        Of "not larger than the margin", before and after Benjamini-Hochberg over the features.
    since : str or None
        The recent origin from which on every week lies beyond the margin.
    """

    value: float
    low: float
    high: float
    usual: float | None
    margin: float
    p_value: float
    q_value: float
    since: str | None


@dataclass(frozen=True)
class ColumnDrift:
    """How far one column moved.

    ``effective_*`` is the number of unrelated rows that carry as much as the weighted rows, which share
    customers, really do. ``mean_*`` and ``missing_*`` (shares) are weighted. ``moved_most`` names the
    category whose share changed most. ``use`` is the column's share in what the champion's scores depend on,
    ``stake`` how much the customers who moved buy (1 = as much as the average customer).
    """

    name: str
    family: str
    kind: str
    status: Status
    note: str = ""
    effective_reference: float = 0.0
    effective_recent: float = 0.0
    missing_reference: float = 0.0
    missing_recent: float = 0.0
    mean_reference: float | None = None
    mean_recent: float | None = None
    moved_most: str | None = None
    statistics: tuple[Statistic, ...] = ()
    effect: Effect | None = None
    constant: bool = False
    use: float | None = None
    stake: float = 1.0

    def value(self, statistic: str) -> float | None:
        """Value of a statistic by name, or None where the column has none of that name."""
        return next((s.value for s in self.statistics if s.name == statistic), None)

    def p_value(self, statistic: str) -> float | None:
        """P-value of a statistic by name."""
        return next((s.p_value for s in self.statistics if s.name == statistic), None)

    @property
    def excess(self) -> float:
        """Distance beyond the margin; 0 where it is not beyond it."""
        return max(0.0, self.effect.value - self.effect.margin) if self.effect is not None else 0.0

    @property
    def consequence(self) -> float:
        """Distance beyond the margin, weighted by the champion's use and the items concerned."""
        return (self.use or 0.0) * self.stake * self.excess

    def drifted(self, rate: float) -> bool:
        """Whether it moved further than the margin, at this false discovery rate."""
        return self.effect is not None and self.effect.q_value <= rate


@dataclass(frozen=True)
class DriftRecord:
    """Everything that a decision is made from.

    ``status`` is "insufficient" when nothing could be compared (``note`` says why); single columns have
    their own. ``label`` and ``prediction`` are None where a side lacks that column, ``domain`` where there is
    too little data for it, ``harm`` where there is no champion.
    """

    status: Literal["measured", "insufficient"]
    note: str
    reference: Side
    recent: Side
    features: tuple[ColumnDrift, ...] = ()
    label: ColumnDrift | None = None
    prediction: ColumnDrift | None = None
    domain: Domain | None = None
    faults: tuple[Fault, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    harm: Harm | None = None
    schema_version: Literal[2] = SCHEMA_VERSION

    def moved(self, count: int = 10) -> tuple[ColumnDrift, ...]:
        """Return the measured features that moved furthest beyond their margins."""
        measured = [f for f in self.features if f.status == "measured"]
        return tuple(sorted(measured, key=_order)[:count])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "DriftRecord":
        """Read a record back.

        Raises
        ------
        InputError
            If the record was written under another schema version, or is not a record.
        """
        if values.get("schema_version") != SCHEMA_VERSION:
            raise InputError(
                "the drift record has another schema version",
                got=values.get("schema_version"),
                allowed=SCHEMA_VERSION,
                hint="Measure again with `sodai task detect_drift --again`.",
            )
        try:
            return TypeAdapter(cls).validate_python(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise InputError(f"the drift record is damaged at {where}: {first['msg']}") from error


def _order(column: ColumnDrift) -> tuple[float, float, str]:
    beyond = column.effect.value - column.effect.margin if column.effect is not None else -1.0
    return -beyond, -(column.value("js") or 0.0), column.name
