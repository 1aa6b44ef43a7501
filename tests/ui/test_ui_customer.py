"""The tab of a customer: the list is the API's, answers reach the events, and what is not known is said."""

import csv
import io
import re

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from ui_help import Service, Visit

from sodai.ui.writing import Language, Writer

pytestmark = pytest.mark.slow


def _rows(page: Page) -> list[tuple[str, str, str]]:
    expect(page.locator("#call-list tbody tr").first).to_be_visible()
    return [
        (
            row.locator(".product").inner_text(),
            row.locator(".likely .chance").inner_text(),
            row.locator("td.num").nth(1).inner_text(),
        )
        for row in page.locator("#call-list tbody tr").all()
    ]


@pytest.mark.parametrize(("path", "language"), [("/", Language.ES), ("/en/", Language.EN)])
def test_the_list_is_what_the_api_answers(
    visitor: Visit, api: Service, customer: str, path: str, language: Language
) -> None:
    page, write = visitor.open(path), Writer(language)
    page.locator(f"#customer-found button[data-id='{customer}']").click()
    shown = _rows(page)
    answer = api.get(f"/v1/customers/{customer}/recommendations", k=10, policy="all")["recommendations"]
    assert shown == [
        (one["product"], write.chance(one["probability"]), write.items(one["expected_items"]))
        for one in answer
    ]
    first = page.locator("#call-list tbody tr").first.locator(".reasons li").all_inner_texts()
    assert first == [reason["text"][str(language)] for reason in answer[0]["reasons"]]
    for part, policy in (("#repeat-list", "repeat"), ("#discover-list", "discover")):
        expected = api.get(f"/v1/customers/{customer}/recommendations", k=6, policy=policy)["recommendations"]
        assert page.locator(f"{part} .product").all_inner_texts() == [one["product"] for one in expected]


def test_another_choice_is_another_list(visitor: Visit, api: Service, customer: str) -> None:
    page = visitor.open(f"/?customer={customer}")
    expect(page.locator("#call-list tbody tr")).to_have_count(10)
    page.get_by_label("Variado").check()
    expected = api.get(f"/v1/customers/{customer}/recommendations", k=10, policy="diverse")["recommendations"]
    expect(page.locator("#call-list tbody .product")).to_have_text([one["product"] for one in expected])


def test_a_customer_is_found_by_id_and_by_attribute(visitor: Visit, api: Service) -> None:
    page = visitor.open()
    wanted = api.get("/v1/customers", limit=1, query="")["customers"][0]
    page.get_by_label("Buscar cliente").fill(str(wanted["customer_id"]))
    expect(page.locator("#customer-found button .name").first).to_have_text(str(wanted["customer_id"]))
    page.get_by_label("Buscar cliente").fill(wanted["customer_type"])
    total = api.get("/v1/customers", query=wanted["customer_type"])["total"]
    expect(page.locator("#customer-found .lead")).to_contain_text(f"{total} cliente")


@pytest.mark.parametrize(("button", "kind"), [("accepted", "accepted"), ("refused", "refused")])
def test_an_answer_of_the_customer_reaches_the_events(
    visitor: Visit, api: Service, customer: str, button: str, kind: str
) -> None:
    page = visitor.open(f"/?customer={customer}")
    row = page.locator("#call-list tbody tr").nth(1)
    product = row.get_attribute("data-product")
    row.locator(f"button.{button}").click()
    expect(page.locator("#call-list tbody tr").nth(1).locator(f"button.{button}")).to_have_attribute(
        "aria-pressed", "true"
    )
    newest = api.get("/v1/events", customer_id=customer)["events"][0]
    assert (newest["kind"], str(newest["product_id"]), newest["position"]) == (kind, product, 2)
    assert re.fullmatch(r"[0-9a-f]{32}", newest["correlation_id"])


def test_an_answer_is_still_there_when_the_page_is_opened_again(visitor: Visit, customer: str) -> None:
    page = visitor.open(f"/?customer={customer}")
    row = page.locator("#call-list tbody tr").nth(2)
    row.locator("button.accepted").click()
    expect(page.locator("#call-list tbody tr").nth(2).locator(".kept")).to_be_visible()
    page.reload()
    pressed = page.locator("#call-list tbody tr").nth(2).locator("button.accepted")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_the_downloads_hold_what_the_api_answers(
    visitor: Visit, api: Service, customer: str, site: Service
) -> None:
    page = visitor.open(f"/?customer={customer}")
    answer = api.get(f"/v1/customers/{customer}/recommendations", k=10)["recommendations"]
    with page.expect_download() as pending:
        page.locator("#call-list").get_by_role("link", name="Descargar CSV").click()
    assert pending.value.suggested_filename == f"lista-cliente-{customer}.csv"
    text = pending.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["producto"] for row in rows] == [one["product"] for one in answer]
    for row, one in zip(rows, answer, strict=True):
        assert float(row["probabilidad"].replace(",", ".")) == pytest.approx(one["probability"], rel=1e-5)
    with page.expect_download() as pending:
        page.locator("#call-list").get_by_role("link", name="Descargar Excel").click()
    sheet = load_workbook(io.BytesIO(pending.value.path().read_bytes())).active
    told = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in told] == [one["product"] for one in answer]
    assert [row[3] for row in told] == pytest.approx([one["probability"] for one in answer])


def test_a_customer_that_nobody_knows_gets_the_popular_products(visitor: Visit, api: Service) -> None:
    page = visitor.open()
    page.get_by_label("Buscar cliente").fill("987654321")
    expect(page.locator("#customer-found")).to_contain_text("Ningún cliente coincide con «987654321».")
    page.get_by_role("button", name="Ver lista para el cliente nuevo 987654321").click()
    expect(page.locator("#customer-card h2")).to_have_text("Cliente nuevo 987654321")
    expect(page.locator("#call-list .notice")).to_be_visible()
    kind = page.locator("#customer-card .types button").nth(1).inner_text()
    page.locator("#customer-card .types button").nth(1).click()
    answer = api.get("/v1/customers/987654321/recommendations", k=10, customer_type=kind)["recommendations"]
    expect(page.locator("#call-list tbody .product")).to_have_text([one["product"] for one in answer])


def test_why_a_pair_is_expected(visitor: Visit, api: Service, customer: str) -> None:
    page = visitor.open(f"/?customer={customer}")
    product = page.locator("#call-list tbody tr").first.get_attribute("data-product")
    page.locator("#call-list tbody tr").first.get_by_role("button", name="Por qué se espera").click()
    answer = api.get(f"/v1/customers/{customer}/products/{product}/explanation")
    expect(page.locator("#pair-answer .big .chance")).to_have_text(
        Writer(Language.ES).chance(answer["probability"])
    )
    drawn = page.locator("#waterfall .barlayer .point")
    expect(drawn).to_have_count(min(len(answer["groups"]), 9) + (len(answer["groups"]) > 9) + 2)


def test_lines_that_might_come_in_change_the_list_and_are_not_kept(
    visitor: Visit, api: Service, customer: str
) -> None:
    page = visitor.open(f"/?customer={customer}")
    expect(page.locator("#call-list tbody tr").first).to_be_visible()
    product = str(api.get("/v1/products", limit=1)["products"][0]["product_id"])
    visitor.tab("¿Qué pasa si…?")
    box = page.locator("#what-if-product input")
    box.fill(product)
    box.press("Enter")
    page.get_by_label("Unidades (negativas: devolución)").fill("6")
    page.get_by_role("button", name="Agregar línea").click()
    expect(page.locator("#what-if-lines li")).to_have_count(1)
    page.get_by_role("button", name="Calcular").click()
    sent = {"customer_id": customer, "lines": [{"product_id": product, "items": 6}], "k": 10}
    answer = httpx.post(f"{api.url}/v1/score", json=sent, timeout=30).json()["products"]
    write = Writer(Language.ES)
    expect(page.locator("#what-if-answer tbody th")).to_contain_text([one["product"] for one in answer])
    assert page.locator("#what-if-answer .likely .chance").all_inner_texts() == [
        write.chance(one["probability"]) for one in answer
    ]
    page.get_by_role("button", name="Vaciar").click()
    expect(page.locator("#what-if-lines li")).to_have_count(0)
