"""The page of HTML: what it says, that it is one file, and that what a model said is nowhere but in its texts."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from checks.records import ERROR, about, stream
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Finding, Level, Status, Text, Verdict
from llm_conformance.records.codec import encode
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.report import target
from llm_conformance.report.html.page import render
from report.html_page import EVERYTHING, HOSTILE, Page, hostile_run


@pytest.fixture(scope="module")
def parts(page: Page) -> list[Page]:
    """The page, and everything that its script can put on it."""
    return [page, *page.fragments]


def test_output_of_a_model_makes_no_element_and_no_attribute(parts: list[Page]) -> None:
    elements = {tag for part in parts for tag, _ in part.elements}
    names = {name for part in parts for _, attributes in part.elements for name in attributes}

    assert elements.isdisjoint({"img", "iframe", "object", "embed", "form", "base", "a:href"})
    assert [name for name in names if name.startswith("on") or name in {"src", "srcdoc", "style", "action"}] == []
    assert [part.text.count("alert(1)") for part in parts].count(0) < len(parts)


def test_a_link_leads_into_the_page_or_to_an_address_of_the_catalogue(parts: list[Page]) -> None:
    links = {link for part in parts for link in part.attributes("href")}

    assert all(re.match(r"#|data:,$|https://github\.com/[\w.-]+/[\w.-]+/", link) for link in links)


def test_no_part_has_a_character_that_a_browser_interprets_or_hides(source: str, parts: list[Page]) -> None:
    texts = [part.text for part in parts]
    attributes = [value or "" for part in parts for _, found in part.elements for value in found.values()]

    odd = {
        character for text in chain([source], texts, attributes) for character in text if not character.isprintable()
    }

    assert odd <= {"\n"}


def test_what_is_escaped_can_be_told_from_what_the_model_said(page: Page) -> None:
    verdict = page.unpacked("s0")["verdicts"]["stream.concat"]

    assert '<span class="x">\\x1b</span>[31mred' in verdict
    assert '<span class="x">\\u202e</span>gnirts' in verdict
    assert "<bdi>\u05e9\u05dc\u05d5\u05dd</bdi>" in verdict
    assert '<span class="x">\\u0301\\u0327</span>' in verdict


def test_the_policy_allows_the_script_and_the_style_of_the_page_alone(source: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)
    assert policy is not None
    allowed = set(re.findall(r"&#39;sha256-([\w+/=]+)&#39;", policy[1]))
    style, script = (
        re.search(r"<style>(.*?)</style>", source, re.DOTALL),
        re.search(r"<script>(.*)</script>", source, re.DOTALL),
    )
    assert style is not None
    assert script is not None

    assert policy[1].startswith("default-src &#39;none&#39;; img-src data:;")
    assert allowed == {base64.b64encode(hashlib.sha256(one[1].encode()).digest()).decode() for one in (style, script)}


def test_the_page_names_nothing_to_load(page: Page) -> None:
    script, style = page.scripts["script"], page.scripts["style"]

    assert not re.search(r"https?:|\bfetch\(|XMLHttpRequest|import\(|WebSocket|eval\(|document\.write", script)
    assert not re.search(r"url\(|@import", style)


def test_the_same_run_makes_the_same_page(source: str) -> None:
    assert render(hostile_run()) == source


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("stream", ["1. after 0 ms", "first of the answer", "end", "12.00 s"]),
        ("invoke", [HOSTILE[0]]),
        ("events_v2", ["12 events by run", "start, stream \u00d710, end"]),
        ("chat_answers[stream]", ["the message", "returned"]),
        ("callbacks[stream]", ["when the consumer had 0 chunks"]),
        (
            "cancel[astream]",
            ["model", "consumer", "cancel requested", "prompt", "left behind", "3 of 10 tokens were sent"],
        ),
        (
            "stream_under[stall]",
            [
                "request 1",
                "fault",
                "a correct client",
                "raises an exception",
                "gave nothing; ended normally",
                "1 token",
            ],
        ),
        ("requests", ["parameters of the body", "\u2260", "absent"]),
    ],
)
def test_an_observation_is_drawn(page: Page, figure: str, words: list[str]) -> None:
    text = Page(page.unpacked("s0")["figures"][figure]).text

    assert [word for word in words if word not in text] == []


def test_a_check_shows_its_finding_its_clause_and_its_command(page: Page) -> None:
    verdict = Page(page.unpacked("s0")["verdicts"]["stream.concat"])
    rule = Page(page.unpacked("rules")["stream.concat"])

    assert "pytest llm-conformance::" in verdict.text
    assert "first difference at character 100" in verdict.text
    assert [word for word in ("STREAM-001", "why it matters", "usual causes") if word not in rule.text] == []


def test_every_figure_that_a_check_names_is_there(real: Page) -> None:
    data = real.unpacked("s0")
    named = {name for one in data["verdicts"].values() for name in Page(one).attributes("data-figure")}

    assert len(data["verdicts"]) > 300
    assert named == set(data["figures"])
    assert "stream" in named


def test_sync_and_async_are_beside_each_other(real: Page) -> None:
    figure = Page(real.unpacked("s0")["figures"]["stream"])

    assert figure.attributes("data-title") == ["stream", "astream"]
    assert "astream" not in real.unpacked("s0")["figures"]


def test_a_name_of_a_model_is_text_everywhere() -> None:
    record = replace(hostile_run().subjects[0], subject_info=replace(about(), spec=EVERYTHING))
    page = Page(render(SavedRun([record], "must", interrupted=False, date=EVERYTHING)))

    assert page.text.count("<script>alert(1)</script>") >= 3
    assert {tag for tag, _ in page.elements}.isdisjoint({"img"})


def test_a_long_answer_is_cut() -> None:
    text = Text(("x" * 300_000, *"y" * 5_000))
    long = stream(*text.chunks, times=tuple(range(5_001)), raised=replace(ERROR, message="z" * 100_000))
    finding = Finding(text, text.whole, code="text-differs", at=4_000, scenario="stream", where="w" * 9_000)
    verdict = Verdict("stream.concat", Level.MUST, "", Status.FAILED, "r" * 9_000, (finding,), details="d" * 100_000)
    record = SubjectRecord(about(), {"stream": encode(long)}, {verdict.check: verdict})
    data = Page(render(SavedRun([record], "must", interrupted=False))).unpacked("s0")

    assert "more characters" in Page(data["verdicts"]["stream.concat"]).text
    assert len(data["verdicts"]["stream.concat"]) < 20_000
    assert len(data["figures"]["stream"]) < 80_000


def test_a_check_of_a_family_of_faults_has_the_rule_and_what_is_special_of_it(page: Page) -> None:
    check = CHECKS["wire.stall[stall]"]
    rule = Page(page.unpacked("rules")[check.id]).text

    assert check.fault_rule in Page(page.unpacked("s0")["page"]).text
    assert check.fault_rule in page.scripts["index"]
    assert [one for one in (check.rule, check.fault_rule) if one not in rule] == []


def test_a_page_needs_the_template_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(target, "find_spec", lambda _name: None)

    with pytest.raises(target.TargetError, match="it needs a package that is not installed: pip install jinja2"):
        target.target_of("run.html", tmp_path)
    assert target.target_of("run.md", tmp_path)
