"""A small simulated panel with known truth: what the tests of this room learn from."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from sodai.learning import Frame
from sodai.settings import Settings, load_settings

FIRST = date(2024, 1, 1)
ZONES = ("north", "south", "east")


@dataclass(frozen=True)
class Column:
    name: str
    kind: str = "numeric"


FEATURES = (
    Column("drive"),
    Column("push"),
    Column("pull"),
    Column("noise"),
    Column("patchy"),
    Column("constant"),
    *(Column(f"pair_decayed_weeks_{h}") for h in (2, 4, 8, 16)),
    *(Column(f"customer_decayed_exposure_{h}") for h in (2, 4, 8, 16)),
    Column("product_type_share_4"),
    Column("quantity_mean"),
    Column("pair_purchases"),
    Column("zone", "categorical"),
    Column("depot", "categorical"),
)


@dataclass(frozen=True)
class Panel:
    """A panel table and the true probability of each of its rows."""

    table: pa.Table
    truth: np.ndarray

    @property
    def frame(self) -> Frame:
        return Frame.from_arrow(self.table, FEATURES)


def simulate(*, weeks: int = 8, rows: int = 900, seed: int = 0, negative_rate: float = 1.0) -> Panel:
    """``rows`` pairs a week; negatives kept at ``negative_rate`` with inverse weights."""
    random = np.random.default_rng(seed)
    n = weeks * rows
    zone = random.integers(0, len(ZONES), n)
    drive, push, pull = random.normal(size=(3, n))
    affinity = -2.2 + 1.3 * drive + 0.8 * push * (pull > 0) + np.array([0.6, 0.0, -0.6])[zone]
    truth = 1 / (1 + np.exp(-affinity))
    label = (random.random(n) < truth).astype(np.int8)
    columns = {
        "drive": drive,
        "push": push,
        "pull": pull,
        "noise": random.normal(size=n),
        "patchy": np.where(random.random(n) < 0.4, np.nan, drive + random.normal(size=n)),
        "constant": np.ones(n),
        **_history(truth, random),
        "product_type_share_4": np.full(n, 0.15),
        "quantity_mean": random.gamma(3, 2, n),
        "pair_purchases": random.integers(0, 20, n).astype(float),
        "zone": np.array(ZONES)[zone],
        "depot": random.integers(1, 5, n),
    }
    items = np.where(label == 1, random.gamma(4, 0.25, n) * columns["quantity_mean"], 0.0)
    kept = (label == 1) | (random.random(n) < negative_rate)
    table = pa.table(
        {
            "origin": pa.array([FIRST + timedelta(days=7 * (at // rows)) for at in range(n)], pa.date32()),
            "customer_id": np.arange(n) % 97,
            "product_id": np.arange(n) % 13,
            "label": label,
            "weight": np.where(label == 1, 1.0, 1 / negative_rate),
            "target_items": items,
            **columns,
        }
    )
    return Panel(table.filter(pa.array(kept)), truth[kept])


def _history(truth: np.ndarray, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Decayed weeks bought in a history of 30 weeks at the true rate."""
    bought = random.random((30, len(truth))) < truth
    columns = {}
    for half in (2, 4, 8, 16):
        decay = 0.5 ** (np.arange(30) / half)
        columns[f"pair_decayed_weeks_{half}"] = decay @ bought
        columns[f"customer_decayed_exposure_{half}"] = np.full(len(truth), decay.sum())
    return columns


def settings_for(**learning: object) -> Settings:
    """Defaults, small and quick, with changes to the learning section."""
    changes = {"trials": 6, "tuning_rows": 4000, "validation_weeks": 3, "threads": 1} | learning
    settings = load_settings()
    return settings.model_copy(update={"learning": settings.learning.model_copy(update=changes)})
