"""The arithmetic of a back-test: all metrics of several scores on the same rows, with paired intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from threadpoolctl import threadpool_limits

from sodai.evaluation.catalogue import Metric, catalogue
from sodai.evaluation.cuts import CutHistory
from sodai.evaluation.lists import list_metrics
from sodai.evaluation.pooled import Ranked, pooled_metrics
from sodai.evaluation.ranking import novel_metrics, ranking_metrics, top_rows
from sodai.evaluation.report import (
    Cut,
    Difference,
    Measurement,
    Report,
    WeekCounts,
    WeekMeasurement,
    interval_fields,
)
from sodai.evaluation.resampling import Interval, customer_weights, interval, mean_over_weeks
from sodai.evaluation.rows import ScoredRows
from sodai.evaluation.slices import SliceCollector
from sodai.evaluation.weeks import Bools, Floats, Week, split
from sodai.settings import Settings, UsageError

Replicates = dict[str, Floats]


def evaluate(rows: ScoredRows, settings: Settings, *, warmup_weeks: int = 0) -> Report:
    """Judge every score of ``rows`` on every week, and hold each against each.

    Metrics are computed a week and averaged over the weeks in which they are defined. Intervals come from a
    bootstrap over customers, ``settings.evaluation.bootstrap`` times, each drawn with all rows of all weeks;
    all scores share the draws, so differences are paired.

    Parameters
    ----------
    rows : ScoredRows
        All candidate pairs of each origin, once.
    settings : Settings
        ``evaluation`` (cut-offs, replicates, confidence) and ``seed``.
    warmup_weeks : int
        So many of the oldest weeks only choose the first F1 cuts. Without any, the oldest week has no F1.

    Raises
    ------
    UsageError
        If there is no score, or no week is left after the warm-up.
    InputError
        If a pair appears twice at an origin.
    """
    weeks = split(rows)
    if not rows.scores:
        raise UsageError("there is no score to evaluate", hint="Give the rows at least one score.")
    if warmup_weeks >= len(weeks):
        raise UsageError("no week is left to evaluate", got=f"{warmup_weeks} warm-up weeks of {len(weeks)}")
    work = _Work(
        settings,
        tuple(rows.scores),
        customer_weights(weeks.n_customers, settings.evaluation.bootstrap, settings.seed),
    )
    with threadpool_limits(1, user_api="blas"):  # many small products: threads cost more than they bring
        for number, week in enumerate(weeks):
            work.add(week, judged=number >= warmup_weeks)
    return work.report(_identical(rows.scores))


def paired_difference(
    rows: ScoredRows, score: str, reference: str, metric: str, settings: Settings
) -> Interval:
    """``score - reference`` of one metric on the same rows, as an interval.

    Raises
    ------
    UsageError
        If a score or the metric does not exist.
    """
    chosen = {name: rows.scores[name] for name in (score, reference) if name in rows.scores}
    found = evaluate(replace(rows, scores=chosen), settings).difference(metric, score, reference)
    return Interval(found.value, found.low, found.high)


@dataclass
class _Work:
    """What has been computed so far: per score, one mapping of metrics to replicates a week."""

    settings: Settings
    scores: tuple[str, ...]
    weights: Floats
    found: dict[str, list[Replicates]] = field(init=False)
    history: dict[str, CutHistory] = field(init=False)
    slices: SliceCollector = field(init=False)
    bought: Bools = field(init=False)
    counts: list[WeekCounts] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    def __post_init__(self) -> None:
        judging = self.settings.evaluation
        self.found = {score: [] for score in self.scores}
        self.history = {score: CutHistory(judging.cut_weeks) for score in self.scores}
        self.slices = SliceCollector(self.weights, judging)
        self.bought = np.zeros(len(self.weights), np.bool_)

    def add(self, week: Week, *, judged: bool) -> None:
        ranked = {score: Ranked.of(week, score) for score in self.scores}
        if judged:
            self._judge(week, ranked)
        for score in self.scores:
            self.history[score].add(ranked[score])

    def _judge(self, week: Week, ranked: Mapping[str, Ranked]) -> None:
        weights = self.weights[week.customers]
        for score in self.scores:
            cut = self.history[score].best()
            self.cuts.append(Cut(week.origin, score, cut))
            self.found[score].append(week_metrics(ranked[score], self.settings.evaluation.ks, cut, weights))
        buyers = np.unique(week.customer[week.label])
        self.bought[week.customers[buyers]] = True
        self.counts.append(
            WeekCounts(
                origin=week.origin,
                pairs=len(week.label),
                customers=week.n_customers,
                products=week.n_products,
                positives=int(week.label.sum()),
                customers_with_positives=len(buyers),
            )
        )
        self.slices.add(week, ranked)

    def report(self, identical: tuple[tuple[str, str], ...]) -> Report:
        judging = self.settings.evaluation
        present = self.found[self.scores[0]][0]
        metrics = [m for m in catalogue(judging.ks) if m.name in present]
        stacked = {
            (m.name, s): np.stack([week[m.name] for week in self.found[s]])
            for m in metrics
            for s in self.scores
        }
        means = {key: mean_over_weeks(by_week) for key, by_week in stacked.items()}
        judge = _Intervals(judging.confidence, enough=int(self.bought.sum()) > 1)
        return Report(
            scores=self.scores,
            confidence=judging.confidence,
            replicates=judging.bootstrap,
            customers_with_positives=int(self.bought.sum()),
            weeks=tuple(self.counts),
            measurements=tuple(
                Measurement(
                    m.name,
                    s,
                    **judge(means[m.name, s], m),
                    weeks=int(np.isfinite(stacked[m.name, s][:, 0]).sum()),
                )
                for m in metrics
                for s in self.scores
            ),
            differences=tuple(
                Difference(m.name, a, b, **judge(means[m.name, a] - means[m.name, b], None))
                for m in metrics
                for a, b in combinations(self.scores, 2)
            ),
            by_week=tuple(
                WeekMeasurement(count.origin, m.name, s, float(stacked[m.name, s][number, 0]))
                for number, count in enumerate(self.counts)
                for m in metrics
                for s in self.scores
            ),
            slices=self.slices.measurements(),
            cuts=tuple(self.cuts),
            identical=identical,
        )


@dataclass(frozen=True)
class _Intervals:
    """Intervals at one confidence; none where a single customer bought, for there is nothing to resample."""

    confidence: float
    enough: bool

    def __call__(self, replicates: Floats, metric: Metric | None) -> dict[str, float]:
        low, high = (0.0, metric.high) if metric else (-np.inf, np.inf)
        return interval_fields(
            interval(replicates if self.enough else replicates[:1], self.confidence, low, high)
        )


def week_metrics(ranked: Ranked, ks: Sequence[int], cut: float, weights: Floats) -> Replicates:
    """All metrics of one score in one week, for each column of ``weights``."""
    top = top_rows(ranked.week, ranked.order, max(ks))
    return (
        pooled_metrics(ranked, cut, weights)
        | ranking_metrics(ranked, top, ks, weights)
        | novel_metrics(ranked, ks, weights)
        | list_metrics(ranked.week, top, ks, weights)
    )


def _identical(scores: Mapping[str, Floats]) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in combinations(scores, 2) if np.array_equal(scores[a], scores[b]))
