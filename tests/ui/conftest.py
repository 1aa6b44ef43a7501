"""One tiny published home made by the real flow, the API and the page on it, and a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.published import published
from ui_help import CHROMIUM, Service, Visit, free_port, visit

COMPANY = """
company = "Embotelladora <Ñuble>"
[ui]
refresh_seconds = 1
"""


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with settings, and a copy of a home with one run of a company of 40 customers."""
    folder = tmp_path_factory.mktemp("page")
    made = published(tmp_path_factory, worker_id)
    shutil.copytree(made / "home", folder / "home")
    (folder / "sodai.toml").write_text(COMPANY + (made / "sodai.toml").read_text())
    return folder


@pytest.fixture(scope="session")
def api(root: Path) -> Iterator[Service]:
    """The API on the home."""
    port = free_port()
    told = ("serve", "--home", root / "home", "--port", port, "--settings", root / "sodai.toml")
    service = Service(told, f"http://127.0.0.1:{port}", "/readyz", root / "api.log")
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def site(root: Path, api: Service) -> Iterator[Service]:
    """The page, a client of the API."""
    port = free_port()
    told = ("ui", "--api", api.url, "--port", port, "--settings", root / "sodai.toml")
    service = Service(told, f"http://127.0.0.1:{port}", "/", root / "page.log")
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. No longer than a file: while it is open, this process has a running event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def options() -> dict[str, Any]:
    """What is special about the browser window of a test."""
    return {}


@pytest.fixture
def visitor(site: Service, browser: Browser, options: dict[str, Any]) -> Iterator[Visit]:
    """A person at the page. Whatever the test does, the browser must have nothing to complain about."""
    context, made = visit(browser, site.url, **options)
    yield made
    context.close()
    assert made.complaints == []


@pytest.fixture(scope="session")
def customer(api: Service) -> str:
    """The customer most likely to buy."""
    return str(api.get("/v1/segments/customers", limit=1)["customers"][0]["customer_id"])
