"""Power: events are injected into simulated companies, to see whether harm alone is called, and in time."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sodai.data.simulator import CompanySpec, Event, simulate
from sodai.drift import Earlier, PathDecision
from sodai.learning import Choice
from sodai.orchestration.proofs.company import Company
from sodai.orchestration.watching import Held
from sodai.settings import Settings
from sodai.settings.weeks import WEEK_DAYS

LAST_DAY: Final = date(2024, 9, 29)
WEEKS_AFTER: Final = 2
CHAMPION_WEEKS: Final = 4
START: Final = LAST_DAY + timedelta(days=1 - WEEK_DAYS * WEEKS_AFTER)
NOTHING: Final = "nothing"


@dataclass(frozen=True)
class PowerEvent:
    """An event to inject, and whether it does harm."""

    kind: str
    size: float
    harmful: bool

    @property
    def name(self) -> str:
        """Kind and size."""
        return self.kind if self.kind == NOTHING else f"{self.kind} {self.size:g}"


POWER_EVENTS: Final = (
    PowerEvent("price_shock", 0.5, True),
    PowerEvent("price_shock", 0.2, True),
    PowerEvent("category_outage", 0.5, True),
    PowerEvent("category_outage", 0.9, True),
    PowerEvent("category_outage", 1.0, True),
    PowerEvent("new_region", 0.3, True),
    PowerEvent("new_region", 0.6, True),
    PowerEvent("unit_change", 6.0, True),
    PowerEvent("unit_change", 12.0, True),
    PowerEvent("rotation", 0.5, True),
    PowerEvent(NOTHING, 1.0, False),
    PowerEvent("volume", 1.3, False),
    PowerEvent("more_customers", 0.3, False),
)


@dataclass(frozen=True)
class PowerRun:
    """One company: what was injected, and what was said in the weeks after."""

    event: str
    harmful: bool
    seed: int
    verdicts: tuple[str, ...]
    rules: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def called(self) -> bool:
        """Whether the flow acted: retrained, or blocked the week."""
        return bool({"retrain", "block"} & set(self.verdicts))


@dataclass(frozen=True)
class PowerSize:
    """How large the simulated companies are."""

    customers: int = 600
    products: int = 971
    weeks: int = 39

    def spec(self, seed: int, events: tuple[Event, ...]) -> CompanySpec:
        """Describe the company with these events."""
        return CompanySpec(
            customers=self.customers,
            products=self.products,
            weeks=self.weeks,
            seed=seed,
            last_day=LAST_DAY,
            events=events,
            truth=False,
        )


def power(
    events: Sequence[PowerEvent],
    seeds: Sequence[int],
    settings: Settings,
    choice: Choice,
    size: PowerSize,
    progress: Callable[[PowerRun], None],
) -> list[PowerRun]:
    """Inject each event into one company a seed.

    A company with an event is the one without it up to the day of the event, so that the champion, a month
    older, is trained once a seed.

    Parameters
    ----------
    events : sequence of PowerEvent
    seeds : sequence of int
    settings : Settings
    choice : Choice
        Algorithm and hyperparameters of the champions.
    size : PowerSize
    progress : callable
        Told of every run.
    """
    found = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            quiet = simulate(size.spec(seed, ())).tables
            company = Company.build(quiet, Path(folder), settings, choice, START)
        held = company.held(START - timedelta(days=WEEK_DAYS * CHAMPION_WEEKS))
        for event in events:
            found.append(_run(event, seed, company, held, size))
            progress(found[-1])
    return found


def _run(event: PowerEvent, seed: int, company: Company, held: Held, size: PowerSize) -> PowerRun:
    injected = () if event.kind == NOTHING else (Event(event.kind, START, event.size),)  # type: ignore[arg-type]
    tables = simulate(size.spec(seed, injected)).tables
    weeks = [START + timedelta(days=WEEK_DAYS * week) for week in range(WEEKS_AFTER)]
    with tempfile.TemporaryDirectory() as folder:
        said = list(_walk(company.grown(tables, Path(folder), weeks), held))
    return PowerRun(
        event.name,
        event.harmful,
        seed,
        tuple(d.verdict for d in said),
        tuple(d.rule for d in said),
        tuple(d.why_en for d in said),
    )


def _walk(company: Company, held: Held) -> Iterator[PathDecision]:
    """Decide one week and two weeks after the event began."""
    earlier: list[Earlier] = []
    for weeks in range(1, WEEKS_AFTER + 1):
        origin = START + timedelta(days=WEEK_DAYS * weeks)
        decision = company.decide(origin, held, company.assess(origin, held), earlier)
        earlier.append(Earlier(origin, decision.path, decision.expected_loss))
        yield decision


def table(runs: Sequence[PowerRun]) -> str:
    """Lay the runs out by event: how many were called, and by which rules."""
    lines = [f"{'event':<22}{'harmful':<9}{'called':>9}  by"]
    for name in dict.fromkeys(run.event for run in runs):
        own = [run for run in runs if run.event == name]
        called = [run for run in own if run.called]
        rules = Counter(_deciding(run) for run in called)
        said = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        lines.append(
            f"{name:<22}{'yes' if own[0].harmful else 'no':<9}{len(called):>4} of {len(own):<3} {said}"
        )
    for harmful in (True, False):
        own = [run for run in runs if run.harmful == harmful]
        if own:
            share = sum(run.called for run in own) / len(own)
            lines.append(f"{'harmful' if harmful else 'harmless'}: {share:.0%} of {len(own)} called")
    return "\n".join(lines)


def _deciding(run: PowerRun) -> str:
    return next(
        rule for verdict, rule in zip(run.verdicts, run.rules, strict=True) if verdict in ("retrain", "block")
    )
