"""What a drift measurement leaves: frozen, versioned, and the same after a round trip through JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sodai.settings import InputError

SCHEMA_VERSION = 1

Status = Literal["measured", "insufficient", "absent"]


@dataclass(frozen=True)
class Statistic:
    """One number about one column; ``p_value`` where the statistic is a test."""

    name: str
    value: float
    p_value: float | None = None


@dataclass(frozen=True)
class Side:
    """One of the two samples. ``weight`` is the rows that it stands for; dates are ISO, ends included."""

    rows: int
    weight: float
    customers: int
    first_origin: str | None
    last_origin: str | None


@dataclass(frozen=True)
class ColumnDrift:
    """How far one column moved.

    ``effective_*`` is the number of unrelated rows that carry as much as the weighted rows, which share
    customers, really do. ``mean_*`` and ``missing_*`` (shares) are weighted. ``moved_most`` names the
    category whose share changed most. ``q_value`` is the test's p-value after Benjamini-Hochberg.
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
    q_value: float | None = None

    def value(self, statistic: str) -> float | None:
        """Value of a statistic by name, or None where the column has none of that name."""
        return next((s.value for s in self.statistics if s.name == statistic), None)

    def p_value(self, statistic: str) -> float | None:
        """P-value of a statistic by name."""
        return next((s.p_value for s in self.statistics if s.name == statistic), None)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ColumnDrift":
        """Inverse of :func:`dataclasses.asdict`."""
        return cls(**{**values, "statistics": tuple(Statistic(**s) for s in values["statistics"])})


@dataclass(frozen=True)
class DriftRecord:
    """The statistics of all columns between a reference and the newest weeks.

    ``status`` is "insufficient" when nothing could be compared (``note`` says why); single columns have
    their own. ``label`` and ``prediction`` are None where a side lacks that column.
    """

    status: Literal["measured", "insufficient"]
    note: str
    reference: Side
    recent: Side
    features: tuple[ColumnDrift, ...] = ()
    label: ColumnDrift | None = None
    prediction: ColumnDrift | None = None
    schema_version: int = SCHEMA_VERSION

    def moved(self, count: int = 10) -> tuple[ColumnDrift, ...]:
        """Return the measured features that moved furthest, by Jensen-Shannon distance."""
        measured = [f for f in self.features if f.status == "measured"]
        return tuple(sorted(measured, key=lambda f: (-(f.value("js") or 0.0), f.name))[:count])

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists, ready for JSON."""
        plain = asdict(self)
        plain["features"] = [_plain(f) for f in self.features]
        for part in ("label", "prediction"):
            column = getattr(self, part)
            plain[part] = None if column is None else _plain(column)
        return plain

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "DriftRecord":
        """Read a record back.

        Raises
        ------
        InputError
            If the record was written under another schema version.
        """
        if values.get("schema_version") != SCHEMA_VERSION:
            raise InputError(
                "the drift record has another schema version",
                got=values.get("schema_version"),
                allowed=SCHEMA_VERSION,
                hint="Measure again with `sodai task detect_drift`.",
            )
        label, prediction = values["label"], values["prediction"]
        return cls(
            status=values["status"],
            note=values["note"],
            reference=Side(**values["reference"]),
            recent=Side(**values["recent"]),
            features=tuple(ColumnDrift.from_dict(f) for f in values["features"]),
            label=None if label is None else ColumnDrift.from_dict(label),
            prediction=None if prediction is None else ColumnDrift.from_dict(prediction),
        )


def _plain(column: ColumnDrift) -> dict[str, Any]:
    plain = asdict(column)
    plain["statistics"] = list(plain["statistics"])
    return plain
