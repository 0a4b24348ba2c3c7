"""The page in headless Chromium: nothing is loaded, nothing of a model runs, and the filters and keys work.

Needs a system's chromium, and `pip install playwright`; run it with `pytest -m browser`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.records.saved_run import SavedRun, load
from llm_conformance.report.html.page import render
from report.html_page import hostile_run

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CELL = Path(__file__).parents[2] / "conformance" / "matrix" / "langchain_iointelligence-IOIntelligenceLLM.json.gz"

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of two models: a hostile one, and one of the matrix."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    cell = load(CELL)
    path.write_text(render(SavedRun([*hostile_run().subjects, *cell.subjects], "must", interrupted=False)), "utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page; the test fails if it asks for anything, opens a dialog, or has an error."""
    context = browser.new_context()
    found, wrong = context.new_page(), list[str]()
    found.set_default_timeout(10_000)
    found.on("dialog", lambda dialog: wrong.append(dialog.message))
    found.on("console", lambda message: wrong.append(message.text))
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("request", lambda request: wrong.append(request.url) if request.url.partition("#")[0] != address else None)
    found.goto(address)
    yield found
    context.close()
    assert wrong == []


def test_every_check_of_a_hostile_model_opens_and_shows_its_output_as_text(page: Any) -> None:
    page.get_by_role("link", name="Acme", exact=True).first.click()
    page.wait_for_selector(".check", state="attached")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    playwright.expect(page.locator(".check > .body:empty")).to_have_count(0)

    assert page.locator("img, iframe, [onerror], [onload], [onmouseover]").count() == 0
    assert page.get_by_text("<script>alert(1)</script>").count() > 10


def test_markup_that_gets_into_the_page_still_cannot_run(browser: Any, address: str) -> None:
    """The policy of the page is the second wall."""
    page = browser.new_page()
    page.goto(address)
    stopped = page.evaluate(
        """() => new Promise((resolve) => {
            const stopped = [];
            document.addEventListener("securitypolicyviolation", (event) => {
                stopped.push(event.effectiveDirective);
                if (stopped.length === 2) resolve(stopped);
            });
            document.querySelector("footer").innerHTML = '<img src="http://127.0.0.1:9/x"><p onclick="alert(1)">go</p>';
            document.querySelector("footer p").click();
        })"""
    )

    assert sorted(stopped) == ["img-src", "script-src-attr"]
    page.close()


def test_a_filter_leaves_the_groups_and_the_checks_that_match(page: Any) -> None:
    page.get_by_label("outcome").select_option("F")
    assert page.locator("tbody tr:visible").count() == 1
    page.get_by_label("outcome").select_option("")
    page.get_by_label("search").fill("IOIntelligence")
    page.locator("tbody tr:visible th a").click()
    page.wait_for_selector(".check", state="attached")
    page.get_by_label("search").fill("wire.cut")

    shown = page.locator(".check:visible .id").all_inner_texts()
    assert len(shown) > 5
    assert {one.partition("[")[0] for one in shown} == {"wire.cut"}


def test_the_keys_search_move_and_go_back(page: Any) -> None:
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.press("Escape")
    page.locator("tbody th a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".of-group[open]")

    assert page.url.endswith("#1/invoke")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.parentElement.dataset.check").startswith("invoke.")
    page.keyboard.press("Escape")
    page.wait_for_selector("#overview:not([hidden])")
