"""The page of HTML: what it says, that it is one file, and that what a model said is nowhere but in its texts."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from checks.records import ERROR, about, message, stream
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import FaultResponse, Finding, GenerationRecord, Level, Status, Text, Verdict
from llm_conformance.records.codec import encode
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, load
from llm_conformance.report import target
from llm_conformance.report.html.bar import bar
from llm_conformance.report.html.environment import fill
from llm_conformance.report.html.figure import figure
from llm_conformance.report.html.outcome import ALL, sign_of
from llm_conformance.report.html.page import render
from report.html_page import BYTES, EVERYTHING, HOSTILE, Page, hostile_run

CELL = Path(__file__).parents[2] / "conformance" / "matrix" / "langchain_iointelligence-IOIntelligenceLLM.json.gz"


@pytest.fixture(scope="module")
def source() -> str:
    return render(hostile_run())


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


@pytest.fixture(scope="module")
def parts(page: Page) -> list[Page]:
    """The page, and everything that its script can put on it."""
    return [page, *page.fragments]


@pytest.fixture(scope="module")
def real() -> Page:
    return Page(render(load(CELL)))


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


def test_a_check_that_is_blocked_leads_to_the_one_that_blocks_it(real: Page) -> None:
    run = SavedRun([blocked()], "must", interrupted=False, date="")

    verdict = Page(Page(render(run)).unpacked("s0")["verdicts"]["stream.exact"])

    assert verdict.attributes("href") == ["#0/stream.concat"]
    assert real.unpacked("s0")["verdicts"].keys() == real.unpacked("rules").keys()


def blocked() -> SubjectRecord:
    finding = Finding(Text(("a b",)), Text(("a", "b")), code="text-differs", at=1, sides=("invoke()", "stream()"))
    verdicts = (
        Verdict("stream.concat", Level.MUST, "STREAM-001", Status.FAILED, findings=(finding,)),
        Verdict("stream.exact", Level.MUST, "", Status.BLOCKED, "blocked by stream.concat", blocked_by="stream.concat"),
        Verdict("close.stream", Level.MUST, "", Status.NOT_TESTABLE, "no", needs="script"),
        Verdict("stream.lazy", Level.SHOULD, "", Status.PASSED),
    )
    return SubjectRecord(about(), {}, {one.check: one for one in verdicts})


def test_both_sides_of_a_parity_finding_have_their_names_and_the_difference_is_marked() -> None:
    page = Page(render(SavedRun([blocked()], "must", interrupted=False, date="")))
    verdict = page.unpacked("s0")["verdicts"]["stream.concat"]

    assert "<dt>invoke()</dt>" in verdict
    assert 'a<i class="b">|</i><mark title="first difference">b</mark>' in verdict


def test_a_row_has_a_sign_a_number_and_words_for_each_group() -> None:
    page = Page(render(SavedRun([blocked()], "must", interrupted=False, date="2026-11-29")))

    assert "1 model, 4 checks, 2026-11-29, gate: must" in page.text
    assert "\u2715 MUST failed" in page.text
    assert "stream: 1 MUST failed, 1 passed, 1 blocked" in page.attributes("title")
    assert page.attributes("data-codes") == ["Fbpt"]


def test_a_page_of_several_models_begins_with_how_many_conform_and_what_failed() -> None:
    right = SubjectRecord(replace(about(), spec="acme:Right"), {}, {"stream.lazy": blocked().verdicts["stream.lazy"]})
    both = Page(render(SavedRun([blocked(), right], "must", interrupted=False))).text
    one = Page(render(SavedRun([right], "must", interrupted=False))).text

    assert "1 conformant 1 not conformant 1 \u2715 MUST failed of 1 model" in " ".join(both.split())
    assert "1 conformant" not in one


def test_the_page_of_a_model_leads_to_those_beside_it() -> None:
    specs = [replace(about(), spec=f"acme:{name}") for name in ("One", "Two", "Three")]
    run = SavedRun([replace(blocked(), subject_info=one) for one in specs], "must", interrupted=False)
    page = Page(render(run))

    links = {name: Page(page.unpacked(name)["page"]).attributes("href")[:3] for name in ("s0", "s1", "s2")}

    assert links == {
        "s0": ["#", "#1", "#0/stream.concat"],
        "s1": ["#", "#0", "#2"],
        "s2": ["#", "#1", "#2/stream.concat"],
    }


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        ({"p": 3}, [("passed", 0.0, 100.0)]),
        ({"n": 3}, []),
        ({"F": 1, "p": 2, "t": 1, "n": 9}, [("must", 0.0, 25.0), ("passed", 25.0, 50.0), ("open", 75.0, 25.0)]),
        ({"F": 1, "p": 999}, [("must", 0.0, 1.96), ("passed", 1.96, 98.04)]),
    ],
)
def test_a_bar_shows_the_share_of_each_outcome_and_one_of_many(
    found: dict[str, int], parts: list[tuple[str, float, float]]
) -> None:
    signs = [sign for sign in ALL for _ in range(found.get(sign.code, 0))]

    assert [tuple(part) for part in bar(signs)] == parts


def test_a_failure_that_is_not_scored_does_not_look_like_one_that_is() -> None:
    record = blocked()
    record.verdicts["stream.concat"] = replace(record.verdicts["stream.concat"], not_scored="it is newer than 2026.11")
    page = Page(render(SavedRun([record], "must", interrupted=False)))

    assert page.attributes("data-codes") == ["ubpt"]
    assert "Not scored: it is newer than 2026.11" in Page(page.unpacked("s0")["verdicts"]["stream.concat"]).text


def test_a_should_that_fails_the_run_does_not_look_like_one_that_does_not() -> None:
    record = blocked()
    record.verdicts["stop.each-text"] = Verdict("stop.each-text", Level.SHOULD, "", Status.FAILED)

    codes = {
        gate: Page(render(SavedRun([record], gate, interrupted=False))).attributes("data-codes")
        for gate in ("must", "should", "fit:pipeline", "fit:token-ui")
    }

    assert codes == {"must": ["FbpSt"], "should": ["Fbpgt"], "fit:pipeline": ["Fbpgt"], "fit:token-ui": ["FbpSt"]}


def test_the_findings_begin_with_the_worst_of_a_cause() -> None:
    finding = Finding("an exception", "ended early", code="truncated", hint="raise if the terminator is missing")
    found = (("clean_end_early", Level.SHOULD), ("fin_mid_stream", Level.MUST))
    verdicts = [Verdict(f"wire.cut[{name}]", level, "", Status.FAILED, findings=(finding,)) for name, level in found]
    record = SubjectRecord(about(), {}, {one.check: one for one in verdicts})

    page = Page(Page(render(SavedRun([record], "must", interrupted=False))).unpacked("s0")["page"])

    assert page.text.index("wire.cut[fin_mid_stream] MUST failed") < page.text.index("of one cause")
    assert page.text.index("of one cause") < page.text.index("wire.cut[clean_end_early]")


def test_an_interrupted_run_says_so() -> None:
    assert "the run was interrupted" in Page(render(SavedRun([], "must", interrupted=True))).text


def test_every_status_has_a_sign() -> None:
    verdicts = [Verdict("stream.exact", level, "", status) for status in Status for level in Level]

    assert len({sign_of(one, "must") for one in verdicts}) == len(Status) + len(Level) - 1


def test_outcomes_are_told_apart_without_color() -> None:
    assert len({sign.glyph for sign in ALL}) == len({sign.words for sign in ALL}) == len({sign.code for sign in ALL})


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


def test_bytes_that_were_sent_are_text_and_escapes_with_the_cuts_between_sends(page: Page) -> None:
    figure = page.unpacked("s0")["figures"]["stream_under[stall]"]
    text = Page(figure).text

    assert f"the provider sent {sum(map(len, BYTES))} bytes in 13 sends, | between two" in text
    assert "HTTP/1.1 200 OK\\r\\n\\r\\n\n|<script>alert(1)</script>|<img src=x" in text
    assert "|\\x1b[31mred\\x1b[0m\\x07\\x00\\n\n|\\xe2\\x80\\xaegnirts" in text
    assert text.rstrip().endswith("|\\xe2\\x82|\\xac\\xff")
    assert "<bdi>\u05e9\u05dc\u05d5\u05dd</bdi>" in figure


def under(sent: tuple[tuple[str, ...], ...], **more: Any) -> Page:
    """The figure of a call under a fault."""
    chunks = (message("Hello"), message("ox"))
    call = FaultResponse(
        tokens=("Hello", " you"), chunks=chunks, fault="utf8_cuts", expected="exact", sent=sent, **more
    )
    return Page(fill("figure.html", figure=figure(["stream_under[utf8_cuts]"], {"stream_under[utf8_cuts]": call}, ())))


def test_a_call_under_a_fault_is_beside_what_was_expected() -> None:
    page = under((("a",), ("b" * 700, "c")), generations=(GenerationRecord(sent=2, total=2, outcome="closed"),))

    assert "the client closed the connection" in page.text
    assert "the answer: 2 tokens" in page.text
    assert "a correct clientgives exactly the text that was sent" in page.text
    assert "gave 2 chunks, which differ from the answer at character 5 of 9; ended normally" in page.text
    assert "sent 1 byte in 1 send in response to request 1" in page.text
    assert "sent 701 bytes in 2 sends, | between two in response to request 2" in page.text
    assert [("open" in found) for tag, found in page.elements if tag == "details"] == [True, False]


def test_a_check_of_a_family_of_faults_has_the_rule_and_what_is_special_of_it(page: Page) -> None:
    check = CHECKS["wire.stall[stall]"]
    rule = Page(page.unpacked("rules")[check.id]).text

    assert check.fault_rule in Page(page.unpacked("s0")["page"]).text
    assert check.fault_rule in page.scripts["index"]
    assert [one for one in (check.rule, check.fault_rule) if one not in rule] == []


def test_the_worst_of_a_group_is_first() -> None:
    record = blocked()
    record.verdicts["stream.concat"] = record.verdicts.pop("stream.concat")
    page = Page(Page(render(SavedRun([record], "must", interrupted=False))).unpacked("s0")["page"])

    assert page.attributes("data-check") == ["stream.concat", "stream.lazy", "stream.exact", "close.stream"]


def test_a_record_without_bytes_says_so() -> None:
    assert "this record has no bytes of the response" in under(()).text


@pytest.mark.parametrize("sends", [("x",) * 2**16, ("x" * 2**16,), ("\xff" * 64,) * 2**10, ("\n" * 9,) * 7282])
def test_long_responses_are_shown_by_their_beginning_and_end(sends: tuple[str, ...]) -> None:
    page = under((sends,))

    assert f"the provider sent at least {sum(map(len, sends))} bytes" in page.text
    assert "more bytes" in page.text
    assert len(page.text) < 100_000


def test_a_page_needs_the_template_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(target, "find_spec", lambda _name: None)

    with pytest.raises(target.TargetError, match="it needs a package that is not installed: pip install jinja2"):
        target.target_of("run.html", tmp_path)
    assert target.target_of("run.md", tmp_path)
