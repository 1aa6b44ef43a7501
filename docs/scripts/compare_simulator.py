"""Compare a simulated company with a real one: a table of ratios and a picture of shapes, no rows.

    python docs/scripts/compare_simulator.py --data FOLDER [--seeds 3] [--images docs/images]

FOLDER holds the three tables of the input contract. The simulated companies get its number of customers,
products and weeks, nothing else.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pyarrow.compute as pc
from matplotlib.axes import Axes

from sodai.data import Tables, read_tables
from sodai.data.simulator import Company, CompanySpec, simulate
from sodai.data.simulator.profile import average_precision, profile
from sodai.settings import load_settings

mpl.use("Agg")
from matplotlib import pyplot as plt

NEAR = 0.25
REAL, SIMULATED = "#1b1b1b", "#d1495b"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--images", type=Path, default=Path("docs/images"))
    arguments = parser.parse_args()
    real = read_tables(arguments.data, load_settings())
    companies = [simulate(spec_like(real, seed)) for seed in range(arguments.seeds)]
    profiles = [profile(company.tables) for company in companies]
    print(table(profile(real), profiles))
    ceilings = [ceiling(company) for company in companies]
    print(f"\nPR-AUC of the true probability, last 8 weeks: {', '.join(f'{c:.3f}' for c in ceilings)}")
    arguments.images.mkdir(parents=True, exist_ok=True)
    picture(real, [company.tables for company in companies]).savefig(
        arguments.images / "simulator.png", dpi=110
    )


def spec_like(real: Tables, seed: int) -> CompanySpec:
    """Give a spec of the real company's size, which ends on the last Sunday that it knows."""
    days = pc.cast(real.lines["purchase_date"], "date32")
    first, last = pc.min(days).as_py(), pc.max(days).as_py()
    weeks = ((last - first).days + 1) // 7
    return CompanySpec(
        customers=real.customers.num_rows,
        products=real.products.num_rows,
        weeks=weeks,
        seed=seed,
        last_day=first + timedelta(days=7 * weeks - 1),
    )


def table(real: dict[str, float], simulated: Sequence[dict[str, float]]) -> str:
    """Write each figure, its simulated mean and range, and the ratio to the real company, in Markdown."""
    rows = ["| figure | simulated | range over seeds | simulated / real |", "|---|---|---|---|"]
    near = 0
    for name, value in real.items():
        values = [company[name] for company in simulated]
        ratio = float(np.mean(values)) / value
        near += abs(ratio - 1) <= NEAR
        rows.append(
            f"| {name} | {np.mean(values):.3g} | {min(values):.3g} to {max(values):.3g} | {ratio:.2f} |"
        )
    return "\n".join(
        [*rows, "", f"{near} of {len(real)} figures lie within {NEAR:.0%} of the real company's."]
    )


def ceiling(company: Company) -> float:
    """PR-AUC of the truth over the last 8 weeks of the history."""
    truth = company.truth.to_pandas()
    lines = company.tables.lines.to_pandas().drop_duplicates()
    start = pd.to_datetime(truth["origin"].min())
    days = (pd.to_datetime(lines["purchase_date"]) - start).dt.days
    lines["origin"] = start + pd.to_timedelta(days // 7 * 7, unit="D")
    truth["origin"] = pd.to_datetime(truth["origin"])
    keys = ["origin", "customer_id", "product_id"]
    net = lines.groupby(keys, as_index=False)["items"].sum()
    weeks = np.sort(truth["origin"].unique())[-9:-1]
    rows = truth[truth["origin"].isin(weeks)].merge(net, on=keys, how="left")
    return average_precision((rows["items"] > 0).to_numpy(), rows["probability"].to_numpy())


def clean_lines(tables: Tables) -> pd.DataFrame:
    """Give lines without exact duplicates, with the number of their day and week."""
    lines = tables.lines.select(
        ["customer_id", "product_id", "order_id", "purchase_date", "items"]
    ).to_pandas()
    lines = lines.drop_duplicates()
    day = (pd.to_datetime(lines["purchase_date"]) - pd.to_datetime(lines["purchase_date"]).min()).dt.days
    lines = lines.assign(day=day, week=day // 7)
    return lines[lines["week"] < (day.max() + 1) // 7]


def purchases(lines: pd.DataFrame) -> pd.DataFrame:
    net = lines.groupby(["customer_id", "product_id", "week"], as_index=False)["items"].sum()
    return net[net["items"] > 0]


Shape = Callable[[pd.DataFrame, pd.DataFrame], tuple[np.ndarray, np.ndarray]]


def distribution(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Give the quantiles from 1 to 99 %."""
    at = np.linspace(0.01, 0.99, 99)
    return at, np.quantile(values, at)


def gaps(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    del bought
    pair = ["customer_id", "product_id"]
    days = lines[lines["items"] > 0].drop_duplicates([*pair, "day"]).sort_values([*pair, "day"])
    share = days.groupby(pair)["day"].diff().dropna().value_counts(normalize=True)
    at = np.arange(1, 36)
    return at, share.reindex(at, fill_value=0).to_numpy()


def popularity(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    del lines
    share = bought["product_id"].value_counts(normalize=True).to_numpy()
    return np.arange(1, len(share) + 1), np.cumsum(share)


def volume(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    del bought
    weekly = lines.groupby("week").size()
    return distribution(weekly / weekly.median())


def repeats(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    del lines
    first = bought.groupby(["customer_id", "product_id"])["week"].transform("min")
    share = (bought["week"] > first).groupby(bought["week"]).mean()
    return share.index.to_numpy() + 1, share.to_numpy()


def arrivals(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    first = bought.groupby("customer_id")["week"].min()
    at = np.arange(int(lines["week"].max()) + 1)
    return at + 1, np.array([(first <= week).mean() for week in at])


def weekdays(lines: pd.DataFrame, bought: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    del bought
    share = pd.to_datetime(lines["purchase_date"]).dt.day_of_week.value_counts(normalize=True)
    return np.arange(7), share.reindex(range(7), fill_value=0).to_numpy()


PANELS: tuple[tuple[str, str, str, Shape], ...] = (
    ("Weeks with a purchase", "customers, sorted", "share of all weeks",
     lambda lines, bought: distribution(
         bought.groupby("customer_id")["week"].nunique() / (lines["week"].max() + 1))),
    ("Products in an active week", "customer weeks, sorted", "products",
     lambda _, bought: distribution(bought.groupby(["customer_id", "week"]).size())),
    ("Codes of a customer", "customers, sorted", "codes",
     lambda _, bought: distribution(bought.groupby("customer_id")["product_id"].nunique())),
    ("Weeks with a purchase of a pair", "pairs, sorted", "weeks (log)",
     lambda _, bought: distribution(bought.groupby(["customer_id", "product_id"]).size())),
    ("Days between purchases of a pair", "days", "share of purchases", gaps),
    ("Purchases already bought before", "week", "share of purchases", repeats),
    ("Popularity of codes", "rank of the code (log)", "share of purchases, cumulated", popularity),
    ("Items in a line", "lines, sorted", "cases (log)",
     lambda lines, _: distribution(lines[lines["items"] > 0]["items"])),
    ("Lines in a week", "weeks, sorted", "against the median week", volume),
    ("Customers seen so far", "week", "share of all", arrivals),
    ("Days of the week", "Monday to Sunday", "share of lines", weekdays),
)  # fmt: skip


def picture(real: Tables, simulated: Sequence[Tables]) -> plt.Figure:
    """Draw each shape of the real company over those of the simulated ones."""
    figure, axes = plt.subplots(3, 4, figsize=(16, 10.5), layout="constrained")
    worlds = [(SIMULATED, tables) for tables in simulated] + [(REAL, real)]
    frames = [(colour, clean_lines(tables)) for colour, tables in worlds]
    frames_bought = [(colour, lines, purchases(lines)) for colour, lines in frames]
    for axis, (title, across, up, shape) in zip(axes.flat, PANELS, strict=False):
        for colour, lines, bought in frames_bought:
            x, y = shape(lines, bought)
            axis.plot(x, y, color=colour, linewidth=2 if colour == REAL else 1.1, alpha=0.9)
        label(axis, title, across, up)
    last = axes.flat[len(PANELS)]
    last.axis("off")
    last.plot([], [], color=REAL, linewidth=2, label="real company")
    last.plot([], [], color=SIMULATED, label=f"simulated, {len(simulated)} seeds")
    last.legend(loc="center", frameon=False, fontsize=13)
    return figure


def label(axis: Axes, title: str, across: str, up: str) -> None:
    axis.set_title(title, fontsize=12, loc="left")
    axis.set_xlabel(across)
    axis.set_ylabel(up)
    axis.spines[["top", "right"]].set_visible(False)
    if "(log)" in across:
        axis.set_xscale("log")
    if "(log)" in up:
        axis.set_yscale("log")


if __name__ == "__main__":
    main()
