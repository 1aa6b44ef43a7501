"""The reasons of the recommendations at the top of each customer's list."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sodai.features import catalogue
from sodai.learning import Model
from sodai.learning.explanation import Reasoner, contributions, reasons_table
from sodai.orchestration.scoring import feature_frame, score
from sodai.orchestration.storage import by_customers
from sodai.settings import Settings
from sodai.settings.columns import KEYS, RANK

# Rows that contributions are measured against, where a model needs some.
BACKGROUND_ROWS = 2_000


def top_reasons(
    batches: Iterable[pa.RecordBatch], model: Model, origin: date, settings: Settings
) -> pa.Table:
    """Say why the first ``explanation.top_k`` products of each customer are recommended.

    Parameters
    ----------
    batches : iterable of RecordBatch
        The snapshot, ordered by customer.

    Returns
    -------
    pa.Table
        One row a reason, as `sodai.learning.explanation.reasons_table` lays them out.
    """
    tops: list[pa.Table] = []
    typical: list[pa.Table] = []
    for rows in by_customers(batches):
        first = pc.less_equal(score(rows, model, origin)[RANK], settings.explanation.top_k)
        tops.append(rows.filter(first))
        typical.append(rows.slice(0, BACKGROUND_ROWS))
    return _reasons(pa.concat_tables(tops), pa.concat_tables(typical), model, settings)


def _reasons(rows: pa.Table, typical: pa.Table, model: Model, settings: Settings) -> pa.Table:
    features = feature_frame(rows, model.features)
    spread = np.linspace(0, typical.num_rows - 1, min(BACKGROUND_ROWS, typical.num_rows)).astype(int)
    background = feature_frame(typical.take(spread), model.features)
    found = contributions(model.algorithm, features, background)
    said = Reasoner(catalogue(settings), settings).reasons(found, features)
    keys = {name: rows[name].to_numpy(zero_copy_only=False) for name in KEYS}
    return reasons_table(keys, said)
