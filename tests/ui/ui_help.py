"""The API and the page as processes of their own, and a browser that takes note of what goes wrong."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

WAIT_SECONDS = 60.0
# What Gradio's script says when a page is left while it still waits for an answer.
LEAVING = ("AbortError: signal is aborted", "onnection errored out")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
expect.set_options(timeout=15_000)
# Nothing that can be seen waits for an answer (Gradio fades it) or for its figure, and that for a while: an
# answer may set off the next question.
SETTLED = """
async () => {
  const waits = () => [...document.querySelectorAll('.pending, [aria-label="Empty value"]')]
    .some((part) => part.getClientRects().length);
  for (let quiet = 0; quiet < 5; quiet = waits() ? 0 : quiet + 1)
    await new Promise((done) => setTimeout(done, 60));
  return true;
}
"""


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from sodai.cli import main; main()", *map(str, arguments)]


@dataclass
class Service:
    """A command that serves at an address; it can be stopped and started again."""

    arguments: tuple[object, ...]
    url: str
    ready: str
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(_command(*self.arguments), stdout=log, stderr=log)
        end = time.monotonic() + WAIT_SECONDS
        while not self.answers():
            assert self.running.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.1)

    def stop(self) -> None:
        if self.running is not None:
            self.running.send_signal(signal.SIGTERM)
            self.running.wait(WAIT_SECONDS)
            self.running = None

    def answers(self) -> bool:
        try:
            return httpx.get(self.url + self.ready, timeout=5).is_success
        except httpx.HTTPError:
            return False

    def get(self, path: str, **params: Any) -> Any:
        answer = httpx.get(self.url + path, params=params, timeout=WAIT_SECONDS)
        answer.raise_for_status()
        return answer.json()


@dataclass
class Visit:
    """A person at the page; what the browser complained about is gathered."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.site + path)
        expect(self.page.locator("#week p.week, #week .trouble")).to_be_visible()
        return self.page

    def settle(self) -> None:
        """Wait until the page has all its answers."""
        self.page.wait_for_function(SETTLED)

    def tab(self, name: str) -> None:
        """Press a tab that can be seen."""
        self.page.get_by_role("tab", name=name, exact=True).locator("visible=true").click()


def visit(browser: Browser, site: str, **options: Any) -> tuple[BrowserContext, Visit]:
    """Open a browser window that notes errors, warnings of scripts and requests to other hosts."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 900}, "locale": "es-CL", **options}
    )
    page = context.new_page()
    made = Visit(page, site)

    def noted(text: str) -> None:
        if not any(one in text for one in LEAVING):
            made.complaints.append(text)

    page.on("console", lambda told: noted(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: noted(str(error)))
    own = (site, "data:", "blob:")
    context.on(
        "request", lambda asked: None if asked.url.startswith(own) else made.complaints.append(asked.url)
    )
    return context, made
