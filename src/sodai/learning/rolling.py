"""The back-test: week after week, fit on what is known, calibrate on weeks judged before, score the next."""

from collections.abc import Iterable, Iterator
from datetime import date

import pandas as pd

from sodai.learning.choice import Choice
from sodai.learning.frame import Frame
from sodai.learning.measures import Floats
from sodai.learning.model import Model
from sodai.learning.training import Fitted, OutOfTime, out_of_time
from sodai.settings import Settings, UsageError
from sodai.settings.columns import (
    CUSTOMER_ID,
    EXPECTED_ITEMS,
    LABEL,
    ORIGIN,
    PROBABILITY,
    PRODUCT_ID,
    TARGET_ITEMS,
)


class Rolling:
    """Walks over test weeks in time order.

    Parameters
    ----------
    panel : Frame
        Past origins; may hold the test weeks and later ones, of which nothing is read before it was known.
    choice : Choice
        Chosen on weeks before the first test week.
    settings : Settings
    refit_every : int
        Weeks between two fits; 1 fits before every test week.
    evidence : OutOfTime, optional
        What an earlier fit said of the weeks before the first test week, such as ``Tuned.evidence``; without
        it, a fit of its own is spent on that.

    Attributes
    ----------
    model : Model, optional
        The model that scored the last week.
    """

    def __init__(
        self,
        panel: Frame,
        choice: Choice,
        settings: Settings,
        *,
        refit_every: int = 1,
        evidence: OutOfTime | None = None,
    ) -> None:
        self.panel, self.choice, self.settings, self.refit_every = panel, choice, settings, refit_every
        self.model: Model | None = None
        self._evidence = evidence
        self._fitted: Fitted | None = None

    @property
    def evidence(self) -> OutOfTime:
        """What was said of the newest ``validation_weeks`` ahead of them: ``train`` calibrates by it."""
        return OutOfTime() if self._evidence is None else self._evidence.known_on(date.max, self.settings)

    def rows(self, tests: Iterable[Frame]) -> Iterator[pd.DataFrame]:
        """Score each test week.

        Parameters
        ----------
        tests : iterable of Frame
            One origin each, oldest first, with all candidate pairs.

        Yields
        ------
        pd.DataFrame
            origin, customer_id, product_id, probability, expected_items, label, target_items, and ``raw``,
            the score before calibration.

        Raises
        ------
        UsageError
            If the test weeks are not in time order.
        """
        last: date | None = None
        for number, test in enumerate(tests):
            (day,) = test.origins()
            if last is not None and day <= last:
                raise UsageError("test weeks must come oldest first", got=f"{day} after {last}")
            yield self._week(day, test, refit=number % self.refit_every == 0)
            last = day

    def _week(self, day: date, test: Frame, *, refit: bool) -> pd.DataFrame:
        before = self._evidence or out_of_time(self.panel, self.choice, self.settings, day=day)
        if self._fitted is None or refit:
            self._fitted = Fitted.before(self.panel, self.choice, day, self.settings)
        self.model = self._fitted.model(before.known_on(day, self.settings), self.settings)
        now, quantities = self._fitted.judge(test)
        self._evidence = OutOfTime.join([before, now])
        return _table(test, self.model, now, quantities)


def _table(test: Frame, model: Model, now: OutOfTime, quantities: Floats) -> pd.DataFrame:
    raw = now.scored.score if now.scored is not None else quantities[:0]
    probability = model.calibration.calibrator.apply(raw)
    return pd.DataFrame(
        {
            ORIGIN: test.origin.astype("datetime64[s]"),
            CUSTOMER_ID: test.customer,
            PRODUCT_ID: test.product,
            PROBABILITY: probability,
            EXPECTED_ITEMS: probability * model.quantity.rescale(quantities),
            LABEL: test.label,
            TARGET_ITEMS: test.target_items,
            "raw": raw,
        }
    )
