"""The API goes away under an open page and comes back: the page says so, and goes on."""

import re

import httpx
import pytest
from playwright.sync_api import expect
from ui_help import Service, Visit

pytestmark = pytest.mark.slow


def test_the_api_is_stopped_and_started_under_an_open_page(
    visitor: Visit, api: Service, site: Service, customer: str
) -> None:
    page = visitor.open()
    expect(page.locator(f"#customer-found button[data-id='{customer}']")).to_be_visible()
    api.stop()
    try:
        page.locator(f"#customer-found button[data-id='{customer}']").click()
        card = page.locator("#customer-card .trouble")
        expect(card).to_contain_text("El servicio no responde.")
        code = card.locator("code").inner_text()
        assert re.fullmatch(r"[0-9a-f]{32}", code)
        assert code in site.log.read_text(), "the page's log has the same code"
        expect(page.locator("#week .trouble")).to_be_visible()
        refused = httpx.get(f"{site.url}/export/customer.csv", params={"id": customer}, timeout=30)
        assert refused.status_code == 503
        assert "El servicio no responde." in refused.text
    finally:
        api.start()
    expect(page.locator("#week p.week")).to_be_visible()
    page.locator(f"#customer-found button[data-id='{customer}']").click()
    expect(page.locator("#customer-card h2")).to_contain_text(customer)
    expect(page.locator("#call-list tbody tr").first).to_be_visible()


def test_a_wrong_product_says_what_to_do(visitor: Visit, customer: str) -> None:
    page = visitor.open("/?tab=market&product=does-not-exist")
    told = page.locator("#product-card .trouble")
    expect(told.locator("button")).to_have_text("Intentar de nuevo")
    expect(told.locator(".what")).not_to_be_empty()


def test_the_correlation_id_of_a_proxy_is_passed_on(site: Service, api: Service, customer: str) -> None:
    answer = httpx.get(
        f"{site.url}/export/customer.csv?id={customer}", headers={"X-Request-ID": "from-the-proxy"}
    )
    assert answer.headers["x-request-id"] == "from-the-proxy"
    assert '"correlation_id": "from-the-proxy"' in api.log.read_text()


def test_another_host_name_is_not_answered(site: Service) -> None:
    assert httpx.get(site.url, headers={"Host": "evil.example"}).status_code == 400


def test_browsers_are_told_to_ask_no_other_host(site: Service) -> None:
    policy = httpx.get(site.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
