"""The champion, its figures, the runs and their decisions, the promotions."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from sodai.serving.schemas.common import Answer, Text, WeekRef


class WeekEntry(Answer):
    """A published week."""

    origin: date
    run_id: str
    model_version: int | None
    published_at: datetime
    rows: int
    live: bool
    previous: Annotated[bool, Field(description="Whether `sodai publish --previous` would bring it back.")]


class WeeksAnswer(Answer):
    """Published weeks, newest first; ``serving`` is the one that answers come from."""

    live: date | None
    serving: WeekRef | None
    weeks: list[WeekEntry]


class ModelAnswer(Answer):
    """The champion of the registry."""

    version: int
    algorithm: str | None
    calibration: str | None
    trained_at_origin: date | None
    created: datetime
    run_id: str
    features: int | None
    training_rows: int | None
    parameters: dict[str, Any]
    tags: dict[str, str]
    loaded: Annotated[bool, Field(description="Whether it is in memory and can score on demand.")]
    card: Annotated[Text | None, Field(description="The model card as Markdown.")]


class Figure(Answer):
    """A metric of one score with its interval; null where it is not defined."""

    metric: str
    score: str
    value: float | None
    low: float | None
    high: float | None


class WeekFigure(Answer):
    """A metric of one score in one test week."""

    origin: date
    metric: str
    score: str
    value: float | None


class FigureDifference(Answer):
    """``score`` minus ``reference``, paired, with its interval."""

    metric: str
    score: str
    reference: str
    value: float | None
    low: float | None
    high: float | None


class CurvePoint(Answer):
    """A point of a curve; ``size`` is how many pairs stand behind it."""

    x: float
    y: float
    size: int | None = None


class Curve(Answer):
    """A line to draw, of one score."""

    score: str
    points: list[CurvePoint]


class PredictedActual(Answer):
    """Purchases that a score expected in a test week, and those that there were."""

    origin: date
    expected: float
    actual: int
    pairs: int


class MetricsAnswer(Answer):
    """Quality over the past weeks that the model had not seen, beside the baseline.

    ``main_score`` is the model, ``scores`` everything that was judged. ``calibration``: x is the mean
    probability of a bin, y the share that bought.
    """

    run_id: str
    main_score: str
    scores: list[str]
    confidence: float
    gate_metric: str
    refused: Annotated[
        Text | None,
        Field(description="Why the gate did not let the model in: these figures are not of what serves."),
    ]
    figures: list[Figure]
    differences: list[FigureDifference]
    by_week: list[WeekFigure]
    calibration: list[Curve]
    precision_at: list[Curve]
    recall_at: list[Curve]
    precision_recall: list[Curve]
    predicted_actual: list[PredictedActual]


class FamilyWeight(Answer):
    """How much one family of features moves the log-odds; shares add up to 1."""

    family: str
    features: int
    mean_abs: float
    share: float


class FeatureWeight(Answer):
    """How much one feature moves the log-odds; ``direction`` is -1..1, rank correlation of value and push."""

    feature: str
    family: str
    mean_abs: float
    share: float
    direction: float | None
    meaning: Text


class ImportanceAnswer(Answer):
    """What the model looks at (mean absolute SHAP)."""

    run_id: str
    algorithm: str
    rows: int
    families: list[FamilyWeight]
    features: list[FeatureWeight]


class PromotionEntry(Answer):
    """One change of champion."""

    number: int
    at: datetime
    action: str
    version: int
    previous: int | None
    run_id: str
    why: str


class PromotionsAnswer(Answer):
    """Who was champion when, and why, newest first."""

    promotions: list[PromotionEntry]


class TaskEntry(Answer):
    """A task of a run."""

    name: str
    status: str
    seconds: float | None
    note: str | None


class RunEntry(Answer):
    """A run in a list, with its two decisions in words."""

    run_id: str
    origin: date
    status: Annotated[str, Field(description="done, or unfinished")]
    path: str | None
    path_why: Text | None
    gate: str | None
    gate_why: Text | None
    model_version: int | None
    live: bool


class RunsAnswer(Answer):
    """Runs, newest origin first."""

    runs: list[RunEntry]


class RunAnswer(RunEntry):
    """A run with its tasks, and what was refused of the data."""

    tasks: list[TaskEntry]
    warnings: list[Text]
    lines: int | None
    refused: int | None


class MovedFeature(Answer):
    """A column that was compared; statistics by name (ks, psi, js, ...).

    ``effect`` is how far it moved beside how far it moves in healthy weeks (value, low, high, usual, margin,
    p_value, q_value, since), ``use`` its share in what the champion's scores depend on, ``stake`` what the
    customers who moved buy (1 = as much as the average customer); null where not known.
    """

    name: str
    family: str
    status: str
    statistics: dict[str, float]
    effect: dict[str, Any] | None
    use: float | None
    stake: float | None
    mean_reference: float | None
    mean_recent: float | None


class DriftAnswer(Answer):
    """How far the newest weeks lie from what the champion learned from, and what was decided."""

    run_id: str
    origin: date
    status: str
    note: str
    reference: dict[str, Any]
    recent: dict[str, Any]
    features: list[MovedFeature]
    label: MovedFeature | None
    prediction: MovedFeature | None
    harm: Annotated[
        dict[str, Any] | None, Field(description="What the drift costs in quality, as the run estimated it.")
    ]
    decision: str | None
    decision_why: Text | None


class ServiceState(Answer):
    """One thing that the API depends on."""

    name: str
    state: Annotated[str, Field(description="ok, degraded, away or off")]
    detail: str


class StatusAnswer(Answer):
    """Freshness and health."""

    status: Annotated[str, Field(description="ok or degraded")]
    version: str
    company: str
    week: WeekRef | None
    published_at: datetime | None
    age_days: Annotated[int | None, Field(description="Days from the origin to today.")]
    last_line: Annotated[date | None, Field(description="Newest purchase in the data.")]
    customers: int
    products: int
    pairs: int
    model_version: int | None
    services: list[ServiceState]
