"""The OpenAPI document is kept: every answer has the form that it promises, whatever is asked."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, TypeAdapter
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serving_help import Served, serving, settings_of

from sodai.serving.app import create_app
from sodai.serving.routes import ROUTERS

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


document = create_app(Path("nowhere"), settings_of()).openapi()
operations = [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]


@pytest.mark.parametrize("operation", operations, ids=lambda one: one.label)
def test_answers_have_the_form_that_the_document_promises(shared: Served, operation: Any) -> None:
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(base_url=shared.url)
        case.validate_response(answer, checks=CHECKS)

    ask()


def paths(served: Served) -> dict[str, str]:
    state = served.services.state
    ids = {
        "customer_id": str(state.customers.values[0]),
        "product_id": str(state.products.values[0]),
        "run_id": state.run.name,
    }
    return {
        route.path: route.path.format(**ids)
        for router in ROUTERS
        for route in router.routes
        if "GET" in route.methods  # type: ignore[attr-defined]
    }


def strict(model: type[BaseModel]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def test_every_route_that_reads_answers_exactly_what_its_model_says(shared: Served) -> None:
    models = {
        route.path: route.response_model  # type: ignore[attr-defined]
        for router in ROUTERS
        for route in router.routes
        if "GET" in route.methods  # type: ignore[attr-defined]
    }
    for template, path in paths(shared).items():
        answer = shared.get(path)
        assert answer.status_code == 200, (path, answer.text)
        known = strict(models[template]).validate_python(answer.json())
        assert known.model_dump(mode="json").keys() == answer.json().keys(), path


def test_the_document_has_every_route_of_the_issue() -> None:
    wanted = [
        "/v1/customers/{customer_id}/recommendations",
        "/v1/predict",
        "/v1/predict/batch",
        "/v1/score",
        "/v1/products/{product_id}/customers",
        "/v1/customers/{customer_id}",
        "/v1/products/{product_id}",
        "/v1/segments",
        "/v1/weeks",
        "/v1/model",
        "/v1/model/metrics",
        "/v1/events",
        "/livez",
        "/readyz",
        "/startupz",
        "/metrics",
    ]
    assert set(wanted) <= set(document["paths"])
    assert "bearer" in str(document["components"]["securitySchemes"]).lower()


def test_with_keys_the_document_is_still_readable(home: Any) -> None:
    with serving(home, settings_of(), is_open=False) as served:
        assert served.get("/v1/openapi.json").status_code == 200
