"""The parts of the page that need no browser."""

import csv
import io
import re
from types import ModuleType

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodai.publishing.report.text import Text
from sodai.settings import UsageError, load_settings
from sodai.settings.services import UiSettings
from sodai.ui import words
from sodai.ui.client import Api, ApiTroubleError
from sodai.ui.desk import desk_for
from sodai.ui.exports import Sheet, as_csv
from sodai.ui.figures.harm import harm_figure
from sodai.ui.figures.scale import chance_at, log_odds
from sodai.ui.server import serve
from sodai.ui.writing import Language, Writer


def _texts(value: object) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    return [text for one in value for text in _texts(one)] if isinstance(value, tuple) else []


@pytest.mark.parametrize("module", [getattr(words, name) for name in words.__all__], ids=words.__all__)
def test_every_text_is_in_both_languages_and_fills_in_the_same_values(module: ModuleType) -> None:
    told = [text for name, value in vars(module).items() if name.isupper() for text in _texts(value)]
    assert told
    for text in told:
        assert text.es
        assert text.en
        assert set(re.findall(r"{\w+}", text.es)) == set(re.findall(r"{\w+}", text.en))


def _api(answer: httpx.Response | Exception) -> Api:
    def answered(request: httpx.Request) -> httpx.Response:
        assert request.headers["x-request-id"] == "abc"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Api(UiSettings(), httpx.MockTransport(answered))


PROBLEM = {
    "type": "urn:sodai:problem:unknown-product",
    "title": "t",
    "status": 404,
    "detail": "d",
    "instance": "/",
    "correlation_id": "theirs",
}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (httpx.Response(404, json=PROBLEM), "unknown-product", "theirs"),
        (httpx.Response(502, text="<html>"), "unreadable", "abc"),
        (httpx.Response(200, json={"no": "fields"}), "unreadable", "abc"),
        (httpx.ReadTimeout("late"), "slow", "abc"),
        (httpx.ConnectError("refused"), "away", "abc"),
    ],
)
def test_trouble_has_a_kind_and_the_correlation_id(
    answer: httpx.Response | Exception, kind: str, code: str
) -> None:
    with pytest.raises(ApiTroubleError) as caught:
        _api(answer).asking("abc").product("1")
    assert (caught.value.kind, caught.value.correlation_id) == (kind, code)


def test_an_id_cannot_leave_its_place_in_the_address() -> None:
    seen = []

    def answered(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(404, json=PROBLEM)

    api = Api(UiSettings(), httpx.MockTransport(answered))
    with pytest.raises(ApiTroubleError):
        api.asking("abc").product("1/../../events?x=#")
    assert seen == [b"/v1/products/1%2F..%2F..%2Fevents%3Fx%3D%23"]


def test_what_the_api_says_is_never_markup() -> None:
    desk = desk_for(Api(UiSettings()), Writer(Language.ES), load_settings(), "")
    told = desk.html("customer/unknown", id="<img src=x>", types=["<b>"], chosen="")
    assert "<img" not in told
    assert "<b>" not in told


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_a_cell_of_a_file_comes_back_and_is_no_formula(values: list[str]) -> None:
    text = as_csv(Sheet("a", ["x"] * len(values), [values]), Language.ES).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1]
    for cell, value in zip(row, values, strict=True):
        assert cell.removeprefix("'") == value.removeprefix("'")
        assert not cell.startswith(("=", "+", "-", "@"))


@given(st.floats(1e-9, 1 - 1e-9))
def test_log_odds_and_probabilities_are_each_others_inverse(probability: float) -> None:
    assert chance_at(log_odds(probability)) == pytest.approx(probability)


@given(st.floats(0, 1))
def test_a_probability_is_never_written_as_certain(probability: float) -> None:
    told = Writer(Language.EN).chance(probability)
    assert told != "0%"
    assert told != "100%"


def test_others_reach_the_page_with_a_password_only() -> None:
    chosen = load_settings(ui=UiSettings(host="0.0.0.0"))  # noqa: S104 - it must be refused
    with pytest.raises(UsageError, match="no password"):
        serve(chosen)


def test_weeks_since_the_champion_was_trained_stand_right_of_a_line() -> None:
    weeks = [
        {"origin": f"2024-03-{day:02d}", "pr_auc": day / 50, "baseline_pr_auc": day / 60}
        for day in (4, 11, 18)
    ]
    made = harm_figure(Writer(Language.ES), weeks[:2], weeks[2:])
    assert [line.x0 for line in made.layout.shapes] == [1.5]
    assert {trace.name: list(trace.y) for trace in made.data} == {
        "modelo campeón": [week["pr_auc"] for week in weeks],
        "línea base": [week["baseline_pr_auc"] for week in weeks],
    }
    assert not harm_figure(Writer(Language.ES), weeks, []).layout.shapes
