"""``sodai simulate``: a distributor that does not exist, in the same contract as a real one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sodai.cli import common

if TYPE_CHECKING:
    from sodai.data.simulator import Event


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the tables are written.")],
    customers: Annotated[int, typer.Option("--customers", help="Rows of the customer table.")] = 300,
    products: Annotated[int, typer.Option("--products", help="Rows of the product table.")] = 60,
    weeks: Annotated[int, typer.Option("--weeks", help="Whole weeks of history.")] = 52,
    seed: Annotated[int, typer.Option("--seed", help="Every random number follows from it.")] = 0,
    last_day: Annotated[
        str, typer.Option("--last-day", metavar="DATE", help="Last day of the history.")
    ] = "2024-12-29",
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            metavar="KIND:DATE:SIZE[:WEEKS[:TARGET]]",
            help="Something that happens, e.g. price_shock:2024-10-07:0.4. Repeatable.",
        ),
    ] = None,
    truth: Annotated[
        bool, typer.Option("--truth/--no-truth", help="Write the true probabilities too.")
    ] = True,
    as_json: common.AsJson = False,
) -> None:
    """Write a simulated distributor: customers, products, lines, and the truth about who buys what."""
    from sodai.data.simulator import CompanySpec, write_company
    from sodai.data.simulator import simulate as simulated
    from sodai.settings import UsageError

    common.configure()
    end = common.day(last_day, "--last-day")
    if end is None:
        raise UsageError("--last-day is empty", allowed="YYYY-MM-DD")
    events = tuple(_event(text) for text in event or ())
    spec = CompanySpec(
        customers=customers,
        products=products,
        weeks=weeks,
        seed=seed,
        last_day=end,
        events=events,
        truth=truth,
    )
    company = simulated(spec)
    write_company(company, out)
    said = {
        "folder": str(out),
        "customers": company.tables.customers.num_rows,
        "products": company.tables.products.num_rows,
        "lines": company.tables.lines.num_rows,
        "first_day": spec.first_day.isoformat(),
        "last_day": spec.last_day.isoformat(),
    }
    if as_json:
        common.answer(said)
    else:
        typer.echo(
            f"{out}: {said['customers']:,} customers, {said['products']:,} products, {said['lines']:,} lines,"
            f" {said['first_day']} to {said['last_day']}. Next: sodai run --data {out}"
        )


def _event(text: str) -> "Event":
    """Read ``kind:date:size[:weeks[:target]]``."""
    from sodai.data.simulator import Event
    from sodai.settings import UsageError

    parts = text.split(":")
    allowed = "KIND:DATE:SIZE[:WEEKS[:TARGET]], e.g. price_shock:2024-10-07:0.4:4"
    if not 3 <= len(parts) <= 5:
        raise UsageError("an event cannot be read", got=text, allowed=allowed)
    kind, start, size, *rest = parts
    day = common.day(start, "the date of --event")
    try:
        strength, weeks = float(size), int(rest[0]) if rest and rest[0] else None
    except ValueError as error:
        raise UsageError("an event cannot be read", got=text, allowed=allowed) from error
    if day is None:
        raise UsageError("an event has no date", got=text, allowed=allowed)
    target = rest[1] if len(rest) > 1 and rest[1] else None
    return Event(kind, day, strength, weeks, target)  # type: ignore[arg-type]  # Event checks the kind itself
