"""All the evidence about a week: what moved, whether the delivery is whole, what the champion costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from sodai.drift.deliveries import Deliveries
from sodai.drift.delivery import faults
from sodai.drift.harm import harm
from sodai.drift.judged import Judged
from sodai.drift.measure import Described, measure
from sodai.drift.record import DriftRecord
from sodai.drift.unseen import unseen
from sodai.learning.measures import Floats
from sodai.settings import Settings


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known about a week.

    Parameters
    ----------
    reference, recent : pa.Table
        Rows of a panel, see `measure`.
    deliveries : Deliveries, optional
        The lines as purchases.
    lag_weeks : int
        Whole weeks since the champion was trained; 0 without a champion.
    validation, since : Judged, optional
        Weeks judged by the champion's twin before it was trained, and by the champion since.
    coming : ndarray, optional
        The champion's probability of every candidate pair of the coming week.
    use : mapping
        Each feature's share in what the champion's scores depend on.
    """

    reference: pa.Table
    recent: pa.Table
    deliveries: Deliveries | None = None
    lag_weeks: int = 0
    validation: Judged | None = None
    since: Judged | None = None
    coming: Floats | None = None
    use: Mapping[str, float] = field(default_factory=dict)


def assess(evidence: Evidence, features: Sequence[Described], settings: Settings) -> DriftRecord:
    """Measure everything that a decision is made from."""
    record = measure(evidence.reference, evidence.recent, features, settings, evidence.use)
    judged = evidence.validation is not None or evidence.since is not None
    return replace(
        record,
        faults=() if evidence.deliveries is None else faults(evidence.deliveries, settings.drift),
        unseen=() if evidence.deliveries is None else unseen(evidence.deliveries, evidence.lag_weeks),
        harm=harm(evidence.validation, evidence.since, evidence.coming, settings.drift) if judged else None,
    )
