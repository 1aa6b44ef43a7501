"""Every tab in both languages, on a desk and on a phone, in light and dark, by mouse and by keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from ui_help import Service, Visit

pytestmark = pytest.mark.slow

# Outer tab, inner tab, and what is there once it is filled.
PLACES = {
    "es": (
        ("Producto y mercado", "Producto", "#product-found li"),
        ("Producto y mercado", "Segmentos y campañas", "#campaign tbody tr"),
        ("Producto y mercado", "Venta cruzada", "#cross-selling .scroll, #cross-selling .blank"),
        ("Producto y mercado", "Mapa", "#map-figure .main-svg"),
        ("Analítica", "Calidad", "#calibration-figure .main-svg"),
        ("Analítica", "Cambios y decisiones", "#decisions .two"),
        ("Analítica", "Modelo y campeones", "#importance-figure .main-svg"),
        ("Analítica", "Salud", "#health tbody tr"),
        ("Cliente", "Historia", "#history-figure .main-svg"),
        ("Cliente", "¿Por qué?", "#pair-answer .blank"),
        ("Cliente", "¿Qué pasa si…?", "#what-if-lines .about"),
        ("Cliente", "Lista de llamada", "#call-list tbody tr"),
    ),
    "en": (
        ("Product and market", "Product", "#product-found li"),
        ("Product and market", "Segments and campaigns", "#campaign tbody tr"),
        ("Product and market", "Cross-selling", "#cross-selling .scroll, #cross-selling .blank"),
        ("Product and market", "Map", "#map-figure .main-svg"),
        ("Analytics", "Quality", "#calibration-figure .main-svg"),
        ("Analytics", "Drift and decisions", "#decisions .two"),
        ("Analytics", "Model and champions", "#importance-figure .main-svg"),
        ("Analytics", "Health", "#health tbody tr"),
        ("Customer", "History", "#history-figure .main-svg"),
        ("Customer", "Why?", "#pair-answer .blank"),
        ("Customer", "What if…?", "#what-if-lines .about"),
        ("Customer", "Call list", "#call-list tbody tr"),
    ),
}
ROOT = {"es": "/", "en": "/en/"}
# Words of the other language that stand on every tab; either would betray a text that was not translated.
FOREIGN = {"es": ("Probability", "Expected items", "Loading"), "en": ("Probabilidad", "Unidades", "Cliente")}


def _walk(visitor: Visit, language: str, customer: str) -> Any:
    """Open one place after the other."""
    page = visitor.open(f"{ROOT[language]}?customer={customer}")
    expect(page.locator("#call-list tbody tr").first).to_be_visible()
    for outer, inner, filled in PLACES[language]:
        visitor.tab(outer)
        visitor.tab(inner)
        expect(page.locator(filled).first).to_be_visible()
        visitor.settle()
        yield page


def _serious(page: Page, rules: dict[str, Any]) -> list[str]:
    told = Axe().run(page, options=rules).response
    assert told["passes"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:150]}"
        for one in told["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_tab_speaks_its_language(visitor: Visit, customer: str, language: str) -> None:
    for page in _walk(visitor, language, customer):
        text = page.locator("body").inner_text()
        assert [word for word in (*FOREIGN[language], "None", "undefined", "NaN", "{") if word in text] == []
    assert page.locator("html").get_attribute("lang") == language


# In the dark only colours can be worse than in the light.
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


@pytest.mark.parametrize(
    ("options", "rules"), [({"color_scheme": name}, rules) for name, rules in RULES.items()], ids=list(RULES)
)
def test_axe_finds_no_serious_fault(visitor: Visit, customer: str, rules: dict[str, Any]) -> None:
    found = [fault for page in _walk(visitor, "es", customer) for fault in _serious(page, rules)]
    assert found == []


@pytest.mark.parametrize("options", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}])
def test_nothing_is_wider_than_a_phone(visitor: Visit, customer: str) -> None:
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    for page in _walk(visitor, "es", customer):
        assert page.evaluate(wide) <= 0


def test_a_customer_is_opened_with_the_keyboard_alone(visitor: Visit, customer: str) -> None:
    page = visitor.open()
    expect(page.locator(f"#customer-found button[data-id='{customer}']")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.id") == customer:
            break
    page.keyboard.press("Enter")
    expect(page.locator("#customer-card h2")).to_contain_text(customer)
    expect(page.locator("#call-list button.accepted").first).to_be_visible()


def test_the_language_is_switched_where_one_is(visitor: Visit, customer: str) -> None:
    page = visitor.open(f"/?customer={customer}")
    expect(page.locator("#customer-card h2")).to_contain_text(f"Cliente {customer}")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#customer-card h2")).to_contain_text(f"Customer {customer}")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("#customer-card h2")).to_contain_text(f"Cliente {customer}")


def test_dark_is_one_press_away_and_stays(visitor: Visit) -> None:
    page = visitor.open()
    dark = "document.body.classList.contains('dark')"
    assert not page.evaluate(dark)
    page.get_by_role("button", name="Claro u oscuro").click()
    assert page.evaluate(dark)
    page.reload()
    expect(page.locator("body.dark")).to_be_visible()


def test_a_product_shows_its_demand_and_its_buyers(visitor: Visit, api: Service) -> None:
    one = api.get("/v1/demand", limit=1)["products"][0]
    page = visitor.open(f"/?tab=market&product={one['product_id']}")
    expect(page.locator("#product-card h2")).to_have_text(one["product"])
    buyers = api.get(f"/v1/products/{one['product_id']}/customers", k=20)["customers"]
    expect(page.locator("#buyers tbody th a")).to_have_text([str(each["customer_id"]) for each in buyers])
    expect(page.locator("#demand-figure .main-svg").first).to_be_visible()


def test_what_moved_most_is_what_the_api_says(visitor: Visit, api: Service) -> None:
    run = api.get("/v1/runs")["runs"][0]["run_id"]
    moved = [one["name"] for one in api.get(f"/v1/runs/{run}/drift")["features"] if one["statistics"]]
    page = visitor.open("/?tab=analytics")
    visitor.tab("Cambios y decisiones")
    expect(page.locator("#moved tbody th").filter(has_text=moved[0])).to_be_visible()
    shown = page.locator("#moved tbody th").all_inner_texts()
    assert [name for name in shown if name in moved] == moved[: len(shown) - 1]
    expect(page.locator("#drift-figure .main-svg").first).to_be_visible()


def test_a_campaign_is_what_was_chosen(visitor: Visit, api: Service) -> None:
    page = visitor.open("/?tab=market")
    expect(page.locator("#product-found li").first).to_be_visible()
    visitor.tab("Segmentos y campañas")
    expect(page.locator("#campaign tbody tr").first).to_be_visible()
    page.locator("#bands").get_by_label("alta", exact=True).uncheck()
    wanted = api.get("/v1/segments/customers", band="very_high", limit=20)
    expect(page.locator("#campaign tbody th")).to_have_text(
        [str(c["customer_id"]) for c in wanted["customers"]]
    )
    with page.expect_download() as pending:
        page.locator("#campaign").get_by_role("link", name="Descargar CSV").click()
    assert len(pending.value.path().read_text("utf-8-sig").splitlines()) == wanted["total"] + 1
