"""The HTTP API as the page asks it: typed answers, one timeout, one correlation id an action of a person.

The answers are the API's own schemas, so that what it says and what is shown cannot drift apart.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from sodai.serving.schemas import entities, market, predictions
from sodai.serving.schemas import events as feedback
from sodai.serving.schemas import model as models
from sodai.serving.schemas import recommendations as lists
from sodai.serving.schemas.common import Problem
from sodai.settings import SodaiError
from sodai.settings.services import UiSettings

HEADER = "X-Request-ID"
Answer = TypeVar("Answer", bound=BaseModel)
Params = Mapping[str, Any]


class ApiTroubleError(SodaiError):
    """A question that the API did not answer.

    Attributes
    ----------
    kind : str
        The end of the problem's URN (``unknown-product``), or ``away``, ``slow``, ``unreadable``.
    status : int or None
    correlation_id : str
    """

    def __init__(self, kind: str, what: str, correlation_id: str, status: int | None = None) -> None:
        super().__init__(what)
        self.kind, self.status, self.correlation_id = kind, status, correlation_id


class Api:
    """The connections to the API. Close with `close`."""

    def __init__(self, settings: UiSettings, transport: httpx.BaseTransport | None = None) -> None:
        key = settings.api_key
        self._client = httpx.Client(
            base_url=settings.api_url.rstrip("/"),
            timeout=httpx.Timeout(settings.timeout_seconds, connect=min(3.0, settings.timeout_seconds)),
            headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else {},
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
            transport=transport or httpx.HTTPTransport(retries=1),
            trust_env=False,
        )

    def asking(self, correlation_id: str) -> "Asking":
        """Return the API as one action of a person asks it."""
        return Asking(self._client, correlation_id)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class Asking:
    """The questions of one action: each carries its correlation id.

    Every method raises `ApiTroubleError` if there is no answer.
    """

    def __init__(self, client: httpx.Client, correlation_id: str) -> None:
        self._client, self.correlation_id = client, correlation_id

    def status(self) -> models.StatusAnswer:
        """Freshness and health."""
        return self._get(models.StatusAnswer, "/v1/status")

    def fields(self) -> entities.FieldsAnswer:
        """Attributes to filter by."""
        return self._get(entities.FieldsAnswer, "/v1/fields")

    def customers(self, query: str, where: Iterable[str], limit: int) -> entities.CustomersAnswer:
        """Search for customers."""
        params = {"query": query, "where": list(where), "limit": limit}
        return self._get(entities.CustomersAnswer, "/v1/customers", params)

    def customer(self, customer: str) -> entities.CustomerAnswer:
        """A customer."""
        return self._get(entities.CustomerAnswer, f"/v1/customers/{_id(customer)}")

    def history(self, customer: str, weeks: int) -> entities.HistoryAnswer:
        """What a customer bought by week."""
        return self._get(entities.HistoryAnswer, f"/v1/customers/{_id(customer)}/history", {"weeks": weeks})

    def recommendations(
        self, customer: str, policy: str, k: int, customer_type: str | None = None
    ) -> lists.Recommendations:
        """A customer's list."""
        params = {"policy": policy, "k": k} | ({"customer_type": customer_type} if customer_type else {})
        path = f"/v1/customers/{_id(customer)}/recommendations"
        return self._get(lists.Recommendations, path, params)

    def explanation(self, customer: str, product: str) -> predictions.ExplanationAnswer:
        """Why a pair has its probability."""
        path = f"/v1/customers/{_id(customer)}/products/{_id(product)}/explanation"
        return self._get(predictions.ExplanationAnswer, path)

    def score(self, customer: str, lines: Iterable[Mapping[str, Any]], k: int) -> predictions.ScoreAnswer:
        """What the list would be if lines came in."""
        body = {"customer_id": customer, "lines": list(lines), "k": k}
        return self._post(predictions.ScoreAnswer, "/v1/score", body)

    def products(self, query: str, where: Iterable[str], limit: int) -> entities.ProductsAnswer:
        """Search for products."""
        params = {"query": query, "where": list(where), "limit": limit}
        return self._get(entities.ProductsAnswer, "/v1/products", params)

    def product(self, product: str) -> entities.ProductAnswer:
        """A product."""
        return self._get(entities.ProductAnswer, f"/v1/products/{_id(product)}")

    def buyers(self, product: str, k: int) -> lists.ProductCustomers:
        """Who is most likely to buy a product."""
        path = f"/v1/products/{_id(product)}/customers"
        return self._get(lists.ProductCustomers, path, {"k": k})

    def product_demand(self, product: str) -> market.ProductDemandAnswer:
        """Expected demand of a product, and its past weeks."""
        return self._get(market.ProductDemandAnswer, f"/v1/products/{_id(product)}/demand")

    def demand(self, order: str, limit: int) -> market.DemandAnswer:
        """Expected demand of products."""
        return self._get(market.DemandAnswer, "/v1/demand", {"order": order, "limit": limit})

    def cross_selling(self, product: str | None, least: int, limit: int) -> market.CrossSellAnswer:
        """What goes with what, or with one product."""
        params = {"min_baskets": least, "limit": limit} | ({"product_id": product} if product else {})
        return self._get(market.CrossSellAnswer, "/v1/cross-sell", params)

    def segments(self) -> market.SegmentsAnswer:
        """Customers by band and type."""
        return self._get(market.SegmentsAnswer, "/v1/segments")

    def campaign(
        self, bands: Iterable[str], types: Iterable[str], limit: int, offset: int = 0
    ) -> market.CampaignAnswer:
        """The customers of segments, the most likely first."""
        params = {"band": list(bands), "customer_type": list(types), "limit": limit, "offset": offset}
        return self._get(market.CampaignAnswer, "/v1/segments/customers", params)

    def map(self) -> entities.MapAnswer:
        """Where the customers are."""
        return self._get(entities.MapAnswer, "/v1/map")

    def model(self) -> models.ModelAnswer:
        """The champion."""
        return self._get(models.ModelAnswer, "/v1/model")

    def metrics(self) -> models.MetricsAnswer:
        """Quality over past weeks."""
        return self._get(models.MetricsAnswer, "/v1/model/metrics")

    def importance(self) -> models.ImportanceAnswer:
        """What the model looks at."""
        return self._get(models.ImportanceAnswer, "/v1/model/importance")

    def promotions(self) -> models.PromotionsAnswer:
        """Who was champion when."""
        return self._get(models.PromotionsAnswer, "/v1/model/promotions")

    def runs(self) -> models.RunsAnswer:
        """Runs and their decisions."""
        return self._get(models.RunsAnswer, "/v1/runs")

    def run(self, run: str) -> models.RunAnswer:
        """A run with its tasks."""
        return self._get(models.RunAnswer, f"/v1/runs/{_id(run)}")

    def drift(self, run: str) -> models.DriftAnswer:
        """What moved, as a run measured it."""
        return self._get(models.DriftAnswer, f"/v1/runs/{_id(run)}/drift")

    def weeks(self) -> models.WeeksAnswer:
        """Published weeks."""
        return self._get(models.WeeksAnswer, "/v1/weeks")

    def events(self, customer: str, limit: int = 200) -> feedback.EventsAnswer:
        """What became of a customer's recommendations, newest first."""
        return self._get(feedback.EventsAnswer, "/v1/events", {"customer_id": customer, "limit": limit})

    def keep(self, event: Mapping[str, Any]) -> feedback.EventAnswer:
        """Keep an event."""
        return self._post(feedback.EventAnswer, "/v1/events", event)

    def _get(self, answer: type[Answer], path: str, params: Params | None = None) -> Answer:
        return self._asked(answer, "GET", path, params=params)

    def _post(self, answer: type[Answer], path: str, body: Mapping[str, Any]) -> Answer:
        return self._asked(answer, "POST", path, json=body)

    def _asked(self, answer: type[Answer], method: str, path: str, **sent: Any) -> Answer:
        try:
            got = self._client.request(method, path, headers={HEADER: self.correlation_id}, **sent)
        except httpx.TimeoutException as error:
            raise ApiTroubleError("slow", "the API does not answer in time", self.correlation_id) from error
        except httpx.HTTPError as error:
            raise ApiTroubleError(
                "away", f"the API cannot be reached: {error}", self.correlation_id
            ) from error
        if not got.is_success:
            raise _problem(got, self.correlation_id)
        try:
            return answer.model_validate_json(got.content)
        except ValidationError as error:
            what = f"the answer of {path} is not what was expected: {error.error_count()} fields differ"
            raise ApiTroubleError("unreadable", what, self.correlation_id, got.status_code) from error


def _problem(got: httpx.Response, asked_as: str) -> ApiTroubleError:
    try:
        told = Problem.model_validate_json(got.content)
    except ValidationError:
        return ApiTroubleError("unreadable", f"HTTP {got.status_code}", asked_as, got.status_code)
    return ApiTroubleError(told.type.rpartition(":")[2], told.detail, told.correlation_id, told.status)


def _id(identity: str) -> str:
    return quote(str(identity).strip(), safe="")
