"""Take the pictures of docs/ui.md from a running page.

    python docs/scripts/screenshots.py --site http://127.0.0.1:7860 --customer 25743 --product 1370

Needs Chromium. Look at every picture before it is committed.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parents[1] / "images"
DETAIL, MAIN = "#customer-detail [role=tab]", "#main [role=tab]"
# Name, address, what must be there, what is pressed, height.
PICTURES = (
    ("ui-customer", "/?customer={customer}", "#call-list table", None, 1000),
    ("ui-why", "/?customer={customer}", "#waterfall .main-svg", "#call-list button.link", 1330),
    ("ui-market", "/?tab=market&product={product}", "#demand-figure .main-svg", None, 1100),
    ("ui-segments", "/?tab=market", "#segments-figure .main-svg", f"{MAIN}:has-text('Segmentos')", 1150),
    ("ui-map", "/?tab=market", "#map-figure .main-svg", f"{MAIN}:has-text('Mapa')", 1000),
    ("ui-analytics", "/?tab=analytics", "#totals-figure .main-svg", None, 1900),
    ("ui-decisions", "/?tab=analytics", "#moved table", f"{MAIN}:has-text('Cambios')", 1900),
    ("ui-dark", "/?customer={customer}", "#history-figure .main-svg", f"{DETAIL}:has-text('Historia')", 1000),
    ("ui-phone", "/?customer={customer}", "#call-list table", None, 1500),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("site", "customer", "product"):
        parser.add_argument(f"--{name}", required=True)
    told = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, address, ready, pressed, height in PICTURES:
            where = told.site + address.format(customer=told.customer, product=told.product)
            take(browser, name, where, (ready, pressed, height))
        browser.close()


def take(browser: Browser, name: str, address: str, how: tuple[str, str | None, int]) -> None:
    ready, pressed, height = how
    phone = name == "ui-phone"
    page = browser.new_page(
        viewport={"width": 390 if phone else 1280, "height": height},
        color_scheme="dark" if name == "ui-dark" else "light",
        is_mobile=phone,
    )
    page.goto(address)
    if pressed:
        page.wait_for_selector("#week p.week")
        page.locator(pressed).first.click()
    page.wait_for_selector(ready)
    page.wait_for_timeout(3000)  # the figures grow into their places
    page.mouse.move(5, 5)
    page.evaluate("document.querySelector('#customer-card').scrollIntoView()" if phone else "scrollTo(0, 0)")
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
