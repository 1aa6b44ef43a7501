"""Placebo: customers of the same weeks are split at random; whoever says that they differ is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sodai.drift import DriftRecord, Evidence, Judged, PathDecision, Situation, assess, choose_path
from sodai.features import catalogue
from sodai.orchestration.proofs.company import Company, info_of
from sodai.orchestration.watching import Held, judge, read_deliveries
from sodai.settings.columns import CUSTOMER_ID
from sodai.settings.weeks import WEEK_DAYS

CHAMPION_WEEKS = 8


@dataclass(frozen=True)
class Split:
    """One random split: the verdict, the rule behind it, and how many features were said to have moved."""

    number: int
    verdict: str
    rule: str
    moved: int
    why: str


def placebo(
    company: Company, origin: date, splits: int, seed: int, progress: Callable[[Split], None]
) -> list[Split]:
    """Split the customers ``splits`` times, and treat one half as what came after the other.

    Both halves are of the same weeks: the champion's last eight, for quality and errors, and the newest of
    them, for features. Delivery checks see the one half as it was.

    Parameters
    ----------
    company : Company
    origin : date
        The champion is eight weeks older.
    splits, seed : int
    progress : callable
        Told of every split.
    """
    held = company.held(origin - timedelta(days=CHAMPION_WEEKS * WEEK_DAYS))
    if held.baseline is None:
        return []
    weeks = [day for day in company.known(origin) if day >= held.trained_at]
    judged = judge(company.rows(weeks), held.model, held.baseline)
    customers = np.unique(judged.customer)
    rng = np.random.default_rng(seed)
    found = []
    for number in range(splits):
        half = rng.permutation(customers)[: len(customers) // 2]
        record = _compare(company, origin, held, judged, half)
        decision = _decide(company, origin, held, record)
        moved = sum(f.drifted(company.settings.drift.false_discoveries) for f in record.features)
        found.append(Split(number, decision.verdict, decision.rule, moved, decision.why_en))
        progress(found[-1])
    return found


def _compare(company: Company, origin: date, held: Held, judged: Judged, half: NDArray[Any]) -> DriftRecord:
    settings = company.settings
    newest = company.rows(company.known(origin)[-settings.drift.recent_weeks :])
    inside = pc.is_in(newest[CUSTOMER_ID], value_set=pa.array(half))
    of_half = np.isin(judged.customer, half)
    evidence = Evidence(
        reference=newest.filter(inside),
        recent=newest.filter(pc.invert(inside)),
        deliveries=read_deliveries(company.folder, origin, settings, without=half),
        validation=judged.where(of_half),
        since=judged.where(~of_half),
        use=held.use,
    )
    return assess(evidence, catalogue(settings), settings)


def _decide(company: Company, origin: date, held: Held, record: DriftRecord) -> PathDecision:
    champion = replace(info_of(held.model, company.settings), weeks=0)
    return choose_path(Situation(origin, champion, record), company.settings)
