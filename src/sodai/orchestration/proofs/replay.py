"""Replay: a past year week by week under four policies, as it would have gone."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from sodai.drift import Earlier, PathDecision
from sodai.evaluation import ScoredRows, evaluate
from sodai.features import open_tables, panel
from sodai.orchestration.judging import at_origins, scored_rows, scores_of
from sodai.orchestration.proofs.company import Company
from sodai.orchestration.watching import Held
from sodai.settings import UsageError
from sodai.settings.weeks import WEEK_DAYS

ALWAYS, NEVER, EVERY_FOUR, BY_DECISION = "always", "never", "every four weeks", "by decision"
FIRST_WEEK = 13
POLICIES = (ALWAYS, NEVER, EVERY_FOUR, BY_DECISION)


@dataclass
class Policy:
    """One policy on its way: the origin of its champion, what it spent, what it decided."""

    name: str
    champion: date
    retrains: int = 0
    seconds: float = 0.0
    pr_auc: list[float] = field(default_factory=list)
    ndcg: list[float] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)

    def result(self) -> "ReplayResult":
        """Sum up."""
        means = float(np.mean(self.pr_auc)), float(np.mean(self.ndcg))
        return ReplayResult(self.name, *means, self.retrains, round(self.seconds, 1))


@dataclass(frozen=True)
class ReplayWeek:
    """One week: the champion's PR-AUC under each policy, and what was decided."""

    origin: date
    pr_auc: dict[str, float]
    verdict: str
    rule: str
    why: str


@dataclass(frozen=True)
class ReplayResult:
    """One policy over all weeks: means over weeks, and what it spent."""

    policy: str
    pr_auc: float
    ndcg_at_10: float
    retrains: int
    seconds: float


def replay(
    company: Company, origins: Sequence[date], progress: Callable[[ReplayWeek], None]
) -> list[ReplayResult]:
    """Walk over ``origins``; every policy begins with the champion of the first.

    Models of one origin are the same whoever asks for them, so each is fitted once, and its seconds are
    charged to every policy that trained it.

    Parameters
    ----------
    company : Company
        Its panel reaches to the last origin.
    origins : sequence of date
        A week apart, oldest first; what became of the last one is known.
    progress : callable
        Told of every week.
    """
    walk = _Walk(company)
    policies = [Policy(name, origins[0]) for name in POLICIES]
    for number, origin in enumerate(origins):
        decision = None
        for policy in policies if number else ():
            decision = walk.step(policy, origin, number) or decision
        walk.judge(policies, origin)
        progress(_told(policies, origin, decision))
    return [policy.result() for policy in policies]


class _Walk:
    """Models by the origin of their training, and how long each took."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.models: dict[date, Held] = {}
        self.seconds: dict[date, float] = {}

    def held(self, day: date) -> Held:
        if day not in self.models:
            with _clock() as spent:
                self.models[day] = self.company.held(day)
            self.seconds[day] = spent[0]
        return self.models[day]

    def step(self, policy: Policy, origin: date, number: int) -> PathDecision | None:
        """Let a policy decide at an origin."""
        decision = None
        if policy.name == BY_DECISION:
            with _clock() as spent:
                decision = self._decide(policy, origin)
            policy.seconds += spent[0]
            policy.earlier.append(Earlier(origin, decision.path, decision.expected_loss))
        learns = {ALWAYS: True, NEVER: False, EVERY_FOUR: number % 4 == 0}
        if learns.get(policy.name, decision is not None and decision.path == "retrain_model"):
            policy.champion = origin
            policy.retrains += 1
            self.held(origin)
            policy.seconds += self.seconds[origin]
        return decision

    def _decide(self, policy: Policy, origin: date) -> PathDecision:
        held = self.held(policy.champion)
        return self.company.decide(origin, held, self.company.assess(origin, held), policy.earlier)

    def judge(self, policies: Sequence[Policy], origin: date) -> None:
        """Judge the champions of all policies on all pairs of the week after an origin."""
        settings = self.company.settings
        rows = self._week(origin)
        told = {str(day): scores_of(rows, self.held(day).model) for day in {p.champion for p in policies}}
        judged: ScoredRows = at_origins(scored_rows(rows, told, settings), [origin], told)
        report = evaluate(judged, settings)
        for policy in policies:
            name = str(policy.champion)
            policy.pr_auc.append(report.measured("pr_auc", name).value)
            policy.ndcg.append(report.measured("ndcg@10", name).value)

    def _week(self, origin: date) -> pa.Table:
        settings = self.company.settings
        with open_tables(self.company.folder, settings) as tables:
            return panel(tables, (origin,), settings, 1.0).to_pyarrow()


def _clock() -> "_Clock":
    return _Clock()


class _Clock:
    """Processor seconds of a ``with`` block, in a list of one."""

    def __enter__(self) -> list[float]:
        self._started, self._spent = time.process_time(), [0.0]
        return self._spent

    def __exit__(self, *_: object) -> None:
        self._spent[0] = time.process_time() - self._started


def _told(policies: Sequence[Policy], origin: date, decision: PathDecision | None) -> ReplayWeek:
    scores = {policy.name: policy.pr_auc[-1] for policy in policies}
    if decision is None:
        return ReplayWeek(origin, scores, "", "", "")
    return ReplayWeek(origin, scores, decision.verdict, decision.rule, decision.why_en)


def replayed_origins(company: Company, first: date | None) -> list[date]:
    """Past origins from ``first`` on: by default from the one at which 13 weeks are known.

    Raises
    ------
    UsageError
        If there is no such week.
    """
    origins = company.origins
    start = first or company.first_day + timedelta(days=FIRST_WEEK * WEEK_DAYS)
    later = [origin for origin in origins if origin >= start]
    if len(later) < 2 or not company.known(later[0]):
        raise UsageError("there is nothing to replay", got=start, allowed=f"{origins[0]} to {origins[-1]}")
    return later


def table(results: Sequence[ReplayResult]) -> str:
    """Lay the policies out side by side."""
    head = f"{'policy':<18}{'PR-AUC':>8}{'NDCG@10':>9}{'retrains':>10}{'CPU s':>9}"
    rows = [
        f"{r.policy:<18}{r.pr_auc:>8.4f}{r.ndcg_at_10:>9.4f}{r.retrains:>10}{r.seconds:>9.1f}"
        for r in results
    ]
    return "\n".join([head, *rows])
