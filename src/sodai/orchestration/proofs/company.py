"""A company's past, walked through week by week: models as of any day, and what the watch says of a week."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sodai.data import Tables, clean, read_tables
from sodai.drift import ChampionInfo, DriftRecord, Earlier, PathDecision, Situation, choose_path
from sodai.features import catalogue, open_tables, panel
from sodai.learning import Choice, Frame, Model, OutOfTime
from sodai.learning.order import among, known_before
from sodai.learning.training import Fitted
from sodai.orchestration.storage import write_rows
from sodai.orchestration.watching import Held, Week, assess_week, judge, shares_of_use, weeks_of
from sodai.orchestration.windows import warm_origins
from sodai.settings import InputError, Settings
from sodai.settings.columns import ORIGIN, PURCHASE_DATE

VALIDATION_WEEKS = 8
BASELINE = Choice("frequency", {})


@dataclass(eq=False)
class Company:
    """Clean tables, the panel of all past weeks, and the fits that were made so far.

    Parameters
    ----------
    folder : Path
        The clean tables.
    panel : pa.Table
        Features and labels at every past origin.
    frame : Frame
        The same rows, ready to learn from.
    choice : Choice
        Algorithm and hyperparameters of every model.
    first_day : date
        First day of the data.
    """

    folder: Path
    settings: Settings
    panel: pa.Table
    frame: Frame
    choice: Choice
    first_day: date
    fits: dict[tuple[str, date], Fitted] = field(default_factory=dict)

    @classmethod
    def build(cls, tables: Tables, folder: Path, settings: Settings, choice: Choice, end: date) -> "Company":
        """Compute the panel of all weeks before ``end``.

        Raises
        ------
        InputError
            If fewer than ten weeks can be learned from.
        """
        first = pc.min(tables.lines[PURCHASE_DATE]).as_py()
        origins = warm_origins(end, first, settings)
        if len(origins) < 10:
            raise InputError(
                "the history is too short for this", got=f"{len(origins)} weeks", allowed="10 or more"
            )
        rows = cls._rows(tables, folder, settings, origins)
        return cls(folder, settings, rows, Frame.from_arrow(rows, catalogue(settings)), choice, first)

    def grown(self, tables: Tables, folder: Path, origins: Sequence[date]) -> "Company":
        """Return the same company some weeks later: ``tables`` agree with its own up to where those end."""
        rows = pa.concat_tables([self.panel, self._rows(tables, folder, self.settings, origins)])
        return Company(folder, self.settings, rows, self.frame, self.choice, self.first_day, self.fits)

    @staticmethod
    def _rows(tables: Tables, folder: Path, settings: Settings, origins: Sequence[date]) -> pa.Table:
        tables.write(folder)
        with open_tables(folder, settings) as known:
            rows = panel(known, origins, settings, settings.learning.negative_rate)
            write_rows(folder / "panel.parquet", rows)
        return pq.read_table(folder / "panel.parquet")

    @property
    def origins(self) -> list[date]:
        """All past origins, oldest first."""
        return sorted(pc.unique(self.panel[ORIGIN].cast(pa.date32())).to_pylist())

    def fitted(self, choice: Choice, day: date) -> Fitted:
        """Fit on what was known on a day, once."""
        key = (choice.family, day)
        if key not in self.fits:
            self.fits[key] = Fitted.before(self.frame, choice, day, self.settings)
        return self.fits[key]

    def held(self, day: date) -> Held:
        """Train a champion and a baseline as of a day, with the weeks on which their twins are judged.

        Raises
        ------
        InputError
            If the history before that day is too short for a twin.
        """
        known = known_before(self.origins, day, self.settings.horizon_days)
        weeks = min(VALIDATION_WEEKS, max(1, len(known) // 3))
        judged = known[-weeks:]
        models = {}
        twins = {}
        for choice in (self.choice, BASELINE):
            twin = self.fitted(choice, judged[0])
            evidence = twin.judge(self.frame.where(among(self.frame.origin, judged)))[0]
            models[choice.family] = self.fitted(choice, day).model(evidence, self.settings)
            twins[choice.family] = twin.model(OutOfTime(), self.settings)
        validation = judge(self.rows(judged), twins[self.choice.family], twins[BASELINE.family])
        model = models[self.choice.family]
        return Held(model, models[BASELINE.family], validation, shares_of_use(model, self.rows(judged)))

    def rows(self, origins: Sequence[date]) -> pa.Table:
        """Rows of the panel at some origins."""
        days = pa.array(list(origins), pa.date32())
        return self.panel.filter(pc.is_in(self.panel[ORIGIN].cast(pa.date32()), value_set=days))

    def assess(self, origin: date, held: Held, settings: Settings | None = None) -> DriftRecord:
        """Say what the watch sees at an origin."""
        return assess_week(self.week(origin), held, settings or self.settings)

    def week(self, origin: date) -> Week:
        """Hand the watch what was known at an origin."""
        return Week(origin, self.folder, self.rows(self.known(origin)))

    def known(self, origin: date) -> list[date]:
        """Origins whose target windows had ended."""
        return known_before(self.origins, origin, self.settings.horizon_days)

    def decide(
        self, origin: date, held: Held, record: DriftRecord, earlier: Sequence[Earlier] = ()
    ) -> PathDecision:
        """Decide at an origin."""
        situation = Situation(
            origin, info_of(held.model, self.settings), record, len(self.known(origin)), tuple(earlier)
        )
        return choose_path(situation, self.settings)


def quick_choice(rounds: int) -> Choice:
    """Boosting in few, large steps: a champion that is trained in seconds."""
    rate = max(0.05, min(0.3, 10 / rounds))
    config = {
        "num_rounds": rounds,
        "learning_rate": rate,
        "num_leaves": 15,
        "first_models": 1,
        "first_rounds": max(1, rounds // 2),
        "first_learning_rate": rate,
    }
    return Choice("boosting", config)


@contextmanager
def opened(
    data: str, end: date | None, choice: Choice, settings: Settings, today: date
) -> Iterator[tuple[Company, date]]:
    """Read, clean and open a company for the length of a ``with`` block, with the origin it is known up to.

    Raises
    ------
    InputError
        If the data cannot be used, or the history is too short.
    """
    tables = clean(read_tables(data or None, settings), settings, today=today).tables
    last = pc.max(tables.lines[PURCHASE_DATE]).as_py() + timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder:
        end = min(end or last, last)
        yield Company.build(tables, Path(folder), settings, choice, end), end


def info_of(model: Model, settings: Settings) -> ChampionInfo:
    """Describe a champion that predicts what the settings ask for."""
    return ChampionInfo(
        "1", model.trained_at_origin, model.features, settings.horizon_days, settings.label, weeks_of(model)
    )


def replace_section(settings: Settings, section: str, **values: object) -> Settings:
    """Return settings with some values of a section replaced."""
    changed = getattr(settings, section).model_copy(update=values)
    return settings.model_copy(update={section: changed})
