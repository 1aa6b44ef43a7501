"""Rows of a panel, ready to learn from: features, label, weight and where each row comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sodai.learning.schema import FeatureLike
from sodai.settings import InputError
from sodai.settings.columns import CUSTOMER_ID, LABEL, ORIGIN, PRODUCT_ID, TARGET_ITEMS, WEIGHT

PANEL_COLUMNS = (ORIGIN, CUSTOMER_ID, PRODUCT_ID, LABEL)
COLUMNS_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class Frame:
    """Rows of a panel.

    Attributes
    ----------
    features : pd.DataFrame
        Numeric features as float32 (missing is NaN), then categorical ones with dtype ``category``.
    label : ndarray of int8
        1 if the pair bought in the target window.
    weight : ndarray of float64
        How many pairs the row stands for: 1, or 1 / rate for a sampled negative.
    origin : ndarray of datetime64[D]
    customer, product : ndarray
        Ids of the pair.
    target_items : ndarray of float64
        Net items in the target window.
    """

    features: pd.DataFrame
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    origin: NDArray[np.datetime64]
    customer: NDArray[Any]
    product: NDArray[Any]
    target_items: NDArray[np.float64]

    def __post_init__(self) -> None:
        rows = len(self.features)
        for field in fields(self)[1:]:
            if len(getattr(self, field.name)) != rows:
                raise InputError(
                    f"{field.name} and features of a frame differ in length",
                    got=len(getattr(self, field.name)),
                    allowed=rows,
                )

    def __len__(self) -> int:
        return len(self.label)

    @classmethod
    def from_arrow(cls, table: pa.Table, features: Sequence[FeatureLike]) -> Self:
        """Read a panel table.

        Parameters
        ----------
        table : pa.Table
            Columns origin, customer_id, product_id, label and every feature; weight (1 where absent) and
            target_items (0 where absent).
        features : sequence of FeatureLike
            Which columns are features, and their kinds.

        Raises
        ------
        InputError
            If a column is missing.
        """
        return cls._read(table.column_names, table.select, features)

    @classmethod
    def from_parquet(cls, file: Path, features: Sequence[FeatureLike]) -> Self:
        """Read a panel file like ``from_arrow``, a few columns at a time: half the memory of the table."""
        with pq.ParquetFile(file) as parquet:
            return cls._read(parquet.schema_arrow.names, parquet.read, features)

    @classmethod
    def _read(
        cls, present: Sequence[str], read: Callable[[list[str]], pa.Table], features: Sequence[FeatureLike]
    ) -> Self:
        wanted = [*PANEL_COLUMNS, *(feature.name for feature in features)]
        missing = [name for name in wanted if name not in present]
        if missing:
            raise InputError(f"the panel lacks {', '.join(missing)}")
        keys = read([*PANEL_COLUMNS, *(name for name in (WEIGHT, TARGET_ITEMS) if name in present)])
        rows = keys.num_rows
        return cls(
            features=_features(rows, read, features),
            label=_values(keys, LABEL).astype(np.int8),
            weight=_values(keys, WEIGHT).astype(np.float64) if WEIGHT in present else np.ones(rows),
            origin=keys[ORIGIN].cast(pa.date32()).to_numpy().astype("datetime64[D]"),
            customer=_values(keys, CUSTOMER_ID),
            product=_values(keys, PRODUCT_ID),
            target_items=_values(keys, TARGET_ITEMS).astype(np.float64)
            if TARGET_ITEMS in present
            else np.zeros(rows),
        )

    def where(self, mask: NDArray[Any]) -> Self:
        """Rows where a boolean ``mask`` holds, or at the given positions."""
        at = np.flatnonzero(mask) if mask.dtype == bool else mask
        arrays = {field.name: getattr(self, field.name)[at] for field in fields(self)[1:]}
        return type(self)(features=self.features.take(at).reset_index(drop=True), **arrays)

    def origins(self) -> list[date]:
        """Origins that occur, oldest first."""
        return [day.item() for day in np.unique(self.origin)]

    @property
    def categorical(self) -> list[str]:
        """Names of the categorical features."""
        return [
            str(name)
            for name, dtype in self.features.dtypes.items()
            if not pd.api.types.is_numeric_dtype(dtype)
        ]


def _values(table: pa.Table, name: str) -> NDArray[Any]:
    column = table[name]
    values: NDArray[Any] = (
        column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column
    ).to_numpy()
    return values


def _features(
    rows: int, read: Callable[[list[str]], pa.Table], features: Sequence[FeatureLike]
) -> pd.DataFrame:
    """One float32 block for the numeric features, so that memory is held once; categories after them."""
    numeric = [feature.name for feature in features if feature.kind == "numeric"]
    block = np.empty((len(numeric), rows), dtype=np.float32)
    with np.errstate(over="ignore"):
        for start in range(0, len(numeric), COLUMNS_AT_ONCE):
            names = numeric[start : start + COLUMNS_AT_ONCE]
            few = read(names)
            for at, name in enumerate(names, start):
                block[at] = _values(few, name)
    frame = pd.DataFrame(block.T, columns=numeric, copy=False)
    for feature in features:
        if feature.kind != "numeric":
            frame[feature.name] = _categories(read([feature.name])[feature.name])
    return frame


def _categories(column: pa.ChunkedArray) -> pd.Categorical:
    encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    encoded = encoded.unify_dictionaries().combine_chunks()
    if not isinstance(encoded, pa.DictionaryArray):
        return pd.Categorical([])
    values = pd.Index(encoded.dictionary.to_pandas())
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, categories=values)
