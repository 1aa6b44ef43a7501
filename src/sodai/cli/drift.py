"""``sodai drift``: what moved, why a week was decided as it was, and proofs that such decisions are good."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sodai.cli import common

if TYPE_CHECKING:
    from sodai.settings import Settings

app = typer.Typer(
    help="What moved, what was decided and why; and how well such decisions are made.", no_args_is_help=True
)

Run = Annotated[str, typer.Argument(help="Id or folder of the run, or 'latest'.")]
Seed = Annotated[int, typer.Option("--seed", help="Source of all randomness.")]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Boosting rounds of the champions.")]


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="drift")


@app.command("show")
def show_drift(
    run: Annotated[str, typer.Argument(help="Id or folder of the run, or 'latest'.")] = "latest",
    home: common.HomeFolder = Path("sodai-home"),
    top: Annotated[int, typer.Option("--top", help="How many features.")] = 10,
    as_json: common.AsJson = False,
) -> None:
    """Show what a run measured: the features that moved most, the label, and the path it took."""
    from sodai.data.files import read_json
    from sodai.drift import DriftRecord
    from sodai.orchestration import Home, RunContext

    context = RunContext.load(Home.at(home).find_run(run))
    context.summary("detect_drift")
    record = DriftRecord.from_dict(read_json(context.path("detect_drift", "drift.json")))
    if as_json:
        common.answer(record.to_dict())
        return
    typer.echo(f"run {context.info.run_id}: {record.status}{f' ({record.note})' if record.note else ''}")
    for name, side in (("reference", record.reference), ("recent", record.recent)):
        typer.echo(f"  {name:<9} {side.first_origin} to {side.last_origin}, {side.customers:,} customers")
    for column in record.moved(top):
        effect = column.effect
        told = "" if effect is None else f"  usual {effect.margin:.3f}  q {effect.q_value:.3f}"
        typer.echo(f"  {column.name:<34} {column.family:<10} js {column.value('js') or 0:.3f}{told}")
    if context.branch is not None:
        typer.echo(f"path: {context.branch}. {context.summary('choose_path')['why_en']}")


@app.command("explain")
def explain(
    record: Annotated[Path, typer.Argument(help="record.json that choose_path left in a run.")],
    settings: common.SettingsFile = None,
    language: Annotated[str, typer.Option("--language", help="es or en.")] = "en",
    as_json: common.AsJson = False,
) -> None:
    """Decide again from a record, and say what the decision weighed."""
    from sodai.drift import read_decision
    from sodai.orchestration.weighed import weighed
    from sodai.settings import UsageError

    if language not in ("es", "en"):
        raise UsageError("the language does not exist", got=language, allowed="es, en")
    stored = read_decision(record)
    again = stored.again(common.settings_from(settings))
    if as_json:
        common.answer({"decision": again.to_dict(), "same": again == stored.decision})
    else:
        typer.echo(weighed(stored, again, language))


@app.command("report")
def report(
    run: Run = "latest",
    home: common.HomeFolder = Path("sodai-home"),
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The HTML file.")] = Path("drift.html"),
) -> None:
    """Write what moved, since when, whether it matters and what was decided as one HTML file."""
    from sodai.orchestration import Home
    from sodai.publishing import DRIFT_PARTS, read_run, write_report

    folder = Home.at(home).find_run(run)
    typer.echo(str(write_report(read_run(folder), out, DRIFT_PARTS)))


@app.command("placebo")
def placebo(
    data: common.Data = "",
    origin: common.OriginDay = "",
    splits: Annotated[int, typer.Option("--splits", min=1, help="Random splits of the customers.")] = 100,
    rounds: Rounds = 100,
    seed: Seed = 0,
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Split the customers of the same weeks at random, and count how often a retraining is called for."""
    from collections import Counter
    from dataclasses import asdict

    from sodai.orchestration.proofs import placebo as run_placebo

    chosen = common.settings_from(settings, seed=seed)
    with _company(data, origin, rounds, chosen) as (company, end):
        found = run_placebo(
            company, end, splits, seed, lambda s: common.say(f"{s.number + 1:>4} {s.verdict}")
        )
    verdicts = Counter(split.verdict for split in found)
    shares = {name: verdicts[name] / len(found) for name in ("hold", "watch", "retrain", "block")}
    if as_json:
        common.answer({"shares": shares, "splits": [asdict(split) for split in found]})
        return
    typer.echo(f"{len(found)} random splits: " + ", ".join(f"{n} {s:.1%}" for n, s in shares.items()))
    for split in found:
        if split.verdict in ("retrain", "block"):
            typer.echo(f"  {split.number + 1}: {split.rule}. {split.why}")


@app.command("power")
def power(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Companies a kind of event.")] = 10,
    customers: Annotated[int, typer.Option("--customers", min=30, help="Size of the companies.")] = 600,
    products: Annotated[int, typer.Option("--products", min=10, help="Codes in their catalogues.")] = 971,
    weeks: Annotated[int, typer.Option("--weeks", min=20, help="Length of their histories.")] = 39,
    event: Annotated[list[str] | None, typer.Option("--event", help="Kind of event; all without it.")] = None,
    rounds: Rounds = 100,
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Inject events into simulated companies, and count which are called within two weeks."""
    from dataclasses import asdict

    from sodai.orchestration.proofs import POWER_EVENTS, PowerSize
    from sodai.orchestration.proofs import power as run_power
    from sodai.orchestration.proofs.power import table
    from sodai.settings import UsageError

    kinds = sorted({e.kind for e in POWER_EVENTS})
    if unknown := sorted(set(event or ()) - set(kinds)):
        raise UsageError("there is no such event", got=", ".join(unknown), allowed=", ".join(kinds))
    wanted = [e for e in POWER_EVENTS if not event or e.kind in event]
    found = run_power(
        wanted,
        range(1, seeds + 1),
        common.settings_from(settings),
        _choice(rounds),
        PowerSize(customers, products, weeks),
        lambda r: common.say(f"{r.event:<22} seed {r.seed:<3} {', '.join(r.verdicts)}"),
    )
    if as_json:
        common.answer([{**asdict(run), "called": run.called} for run in found])
    else:
        typer.echo(table(found))


@app.command("replay")
def replay(
    data: common.Data = "",
    first: Annotated[
        str, typer.Option("--first", metavar="DATE", help="First origin; by default the 13th week.")
    ] = "",
    rounds: Rounds = 100,
    settings: common.SettingsFile = None,
    as_json: common.AsJson = False,
) -> None:
    """Walk through the past under four policies: always, never, every four weeks, by decision."""
    from dataclasses import asdict

    from sodai.orchestration.proofs import replay as run_replay
    from sodai.orchestration.proofs.replay import replayed_origins, table

    chosen = common.settings_from(settings)
    with _company(data, "", rounds, chosen) as (company, _end):
        origins = replayed_origins(company, common.day(first, "--first"))
        weeks: list[Any] = []

        def tell(week: Any) -> None:
            weeks.append(week)
            scores = "  ".join(f"{value:.4f}" for value in week.pr_auc.values())
            common.say(f"{week.origin}  {scores}  {week.verdict:<8} {week.rule}")

        found = run_replay(company, origins, tell)
    if as_json:
        common.answer({"policies": [asdict(r) for r in found], "weeks": [asdict(w) for w in weeks]})
    else:
        typer.echo(table(found))


def _choice(rounds: int) -> Any:
    from sodai.orchestration.proofs.company import quick_choice

    return quick_choice(rounds)


def _company(data: str, origin: str, rounds: int, settings: "Settings") -> Any:
    from sodai.orchestration.proofs.company import opened

    return opened(data, common.day(origin, "--origin"), _choice(rounds), settings, common.today())
