"""Probabilities of pairs, and scoring on demand."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictInt, StrictStr

from sodai.serving.schemas.common import Answer, Id, Question, Share, Source, Sourced, Text, WeekRef
from sodai.serving.schemas.recommendations import Reason

# Strict: True is no number, and "007" must keep its zeros.
GivenId = (
    Annotated[StrictInt, Field(ge=-(2**63), le=2**63 - 1)]
    | Annotated[StrictStr, Field(min_length=1, max_length=200)]
)


class Pair(Question):
    """A customer and a product."""

    customer_id: GivenId
    product_id: GivenId


class PredictRequest(Pair):
    """A pair to be scored."""

    reasons: bool = False


class BatchRequest(Question):
    """Many pairs to be scored; how many at most is a setting, 10,000 by default."""

    pairs: Annotated[list[Pair], Field(min_length=1)]
    reasons: bool = False


class Prediction(Answer):
    """What is expected of a pair in the target window.

    ``probability`` is calibrated, and null where only a baseline could answer.
    """

    customer_id: Id
    product_id: Id
    probability: Share | None
    score: float
    expected_items: float | None
    rank: int | None
    buy: bool | None
    source: Source
    reasons: list[Reason] | None = None


class PredictAnswer(Sourced):
    """One pair."""

    prediction: Prediction


class BatchAnswer(Answer):
    """Many pairs, in the order asked for; ``sources`` counts where they came from."""

    week: WeekRef | None
    sources: dict[Source, int]
    predictions: list[Prediction]
    unknown_products: Annotated[
        list[Id], Field(description="Products that nobody knows: their pairs have no answer.")
    ]


class NewLine(Question):
    """A line that might come in before the origin; negative items are a return."""

    product_id: GivenId
    items: Annotated[float, Field(ge=-1e6, le=1e6)]
    purchase_date: Annotated[
        date | None, Field(description="Before the origin; the day before it when left out.")
    ] = None


class ScoreRequest(Question):
    """A customer, and lines as if they had come in."""

    customer_id: GivenId
    lines: Annotated[list[NewLine], Field(default_factory=list)]
    k: Annotated[int | None, Field(ge=1, le=100_000, description="How many products; all when left out.")] = (
        None
    )
    reasons: bool = False


class ScoredProduct(Answer):
    """A product with the lines taken into account, beside what it was without them."""

    position: int
    product_id: Id
    product: str
    probability: Share
    expected_items: float
    buy: bool | None
    before: Annotated[Share | None, Field(description="Probability without the lines.")]
    change: Annotated[float | None, Field(description="Probability minus that without the lines.")]
    reasons: list[Reason] | None = None


class ScoreAnswer(Sourced):
    """All products of a customer, ranked, with the lines taken into account."""

    customer_id: Id
    model_version: int | None
    lines: int
    products: list[ScoredProduct]


class Contribution(Answer):
    """What one feature adds to the log-odds of a pair."""

    feature: str
    family: str
    group: str
    meaning: Text
    value: float | str | None
    push: float


class ExplanationAnswer(Sourced):
    """Why a pair has its probability: ``base_log_odds`` plus all pushes is ``score_log_odds``.

    ``score_log_odds`` is that of the model before calibration. ``others`` sums the features not listed.
    """

    customer_id: Id
    product_id: Id
    product: str
    probability: Share
    expected_items: float
    model_version: int | None
    base_log_odds: float
    score_log_odds: float
    contributions: list[Contribution]
    others: float
    groups: dict[str, float]
    reasons: list[Reason]
