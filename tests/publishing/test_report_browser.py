"""The report in a real browser, without a network: drawn, silent, and in the reader's language."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from report_run import write_run

from sodai.publishing.report import read_run, write_report

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, list[str]]]:
    """The page of a finished run, and what it complained of or asked the network for."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    write_report(read_run(write_run(file.parent / "run")), file)
    trouble: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: trouble.append(asked.url) if asked.url.startswith("http") else None)
        page.goto(Path(file).as_uri())
        yield page, trouble
        browser.close()


def test_every_figure_is_drawn_in_both_languages(opened):
    page, trouble = opened
    plots = page.locator(".plot").count()
    assert plots >= 10
    for language in ("en", "es"):
        page.locator("#language").click()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(".plot .main-svg:first-child").count() == plots
    assert trouble == []


@pytest.mark.parametrize(("language", "month"), [("es", "nov"), ("en", "Nov")])
def test_months_are_named_in_the_language_of_the_page(opened, language, month):
    page, _ = opened
    if page.locator("html").get_attribute("lang") != language:
        page.locator("#language").click()
    ticks = page.locator("#figure-weekly .xtick text").all_text_contents()
    assert ticks
    assert all(month in tick for tick in ticks), ticks
