"""LightGBM as this room uses it: deterministic, on the encoded matrix, with bins built once and shared.

Boosting, the random forest and the quantity model all grow their trees here.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sodai.learning.design import Design
from sodai.learning.schema import Matrix

# Threads that spin while they wait cost minutes when another process holds one of the cores. The library
# reads this when it is loaded, so it comes first.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import lightgbm as lgb

LARGEST_SHARED_BINS: Final = 63


def binning(threads: int) -> dict[str, Any]:
    """Parameters that shape the binned data; fits that share it must agree in them.

    ``feature_pre_filter`` would drop features by the leaf size of the first fit, so it is off.
    """
    return {
        "max_bin": LARGEST_SHARED_BINS,
        "feature_pre_filter": False,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": threads,
        "data_random_seed": 1,
        "verbosity": -1,
    }


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a design to grow trees on, or to stop by; ``name`` is what their bins are kept under.

    Attributes
    ----------
    name : str
    design : Design
    at : ndarray of int, optional
        Positions; all rows without them.
    """

    name: str
    design: Design
    at: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.design) if self.at is None else len(self.at)

    @property
    def label(self) -> NDArray[np.int8]:
        """Labels of the rows."""
        return self.design.label if self.at is None else self.design.label[self.at]

    def binned(self, threads: int) -> lgb.Dataset:
        """Histogram bins of the rows."""
        return self.design.once(("bins", self.name, threads), lambda: self._dataset(threads))

    def binned_like(self, grown_on: "Rows", threads: int) -> lgb.Dataset:
        """Return the rows in the bins of others."""
        bins = grown_on.binned(threads)
        return self.design.once(("bins", self.name, id(bins)), lambda: self._dataset(threads, bins))

    def _dataset(self, threads: int, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        design = self.design if self.at is None else self.design.take(self.at)
        return _dataset(design, design.label, threads, reference)


def _dataset(
    design: Design, target: NDArray[Any], threads: int, reference: lgb.Dataset | None = None
) -> lgb.Dataset:
    data = lgb.Dataset(
        design.matrix,
        label=target.astype(np.float32),
        weight=design.weight.astype(np.float32),
        reference=reference,
        feature_name=[f"f{at}" for at in range(len(design.schema.names))],
        categorical_feature=design.schema.categorical_positions,
        params=binning(threads),
    )
    return data.construct()


def grow(parameters: dict[str, Any], rows: Rows, rounds: int, threads: int) -> lgb.Booster:
    """Grow ``rounds`` trees."""
    booster = lgb.train(binning(threads) | parameters, rows.binned(threads), num_boost_round=rounds)
    return booster.free_dataset()


def grow_on(
    parameters: dict[str, Any], design: Design, target: NDArray[Any], rounds: int, threads: int
) -> lgb.Booster:
    """Grow ``rounds`` trees towards another target than the label."""
    data = _dataset(design, target, threads)
    return lgb.train(binning(threads) | parameters, data, num_boost_round=rounds).free_dataset()


def grow_until(
    parameters: dict[str, Any], rows: Rows, held: Rows, rounds: int, threads: int, *, patience: int
) -> lgb.Booster:
    """Grow at most ``rounds`` trees; stop ``patience`` after the lowest loss on ``held``, and cut there."""
    booster = lgb.train(
        binning(threads) | parameters,
        rows.binned(threads),
        num_boost_round=rounds,
        valid_sets=[held.binned_like(rows, threads)],
        callbacks=[lgb.early_stopping(patience, verbose=False)],
    )
    return booster.free_dataset()


def score(booster: lgb.Booster, matrix: Matrix, threads: int, *, raw: bool = False) -> NDArray[np.float64]:
    """Output of the trees for each row."""
    return np.asarray(booster.predict(matrix, raw_score=raw, num_threads=threads), dtype=np.float64)


def gain(boosters: Sequence[lgb.Booster], names: tuple[str, ...]) -> dict[str, float]:
    """Share of each feature in the total gain of the splits."""
    gains = np.sum([booster.feature_importance("gain") for booster in boosters], axis=0)
    return dict(zip(names, (gains / max(float(gains.sum()), 1e-12)).tolist(), strict=True))


def write(booster: lgb.Booster, file: Path) -> None:
    """Write the trees, up to the best round, as LightGBM's own text."""
    file.write_text(booster.model_to_string(), encoding="utf-8")


def read(file: Path) -> lgb.Booster:
    """Read trees that ``write`` wrote."""
    return lgb.Booster(model_str=file.read_text(encoding="utf-8"))
