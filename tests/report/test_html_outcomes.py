"""The page of HTML: how the outcomes of checks, groups and models look, and which of them come first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.records import about
from llm_conformance.records import Finding, Level, Status, Text, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.report.html.bar import bar
from llm_conformance.report.html.outcome import ALL, sign_of
from llm_conformance.report.html.page import render
from report.html_page import Page


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


def test_the_worst_of_a_group_is_first() -> None:
    record = blocked()
    record.verdicts["stream.concat"] = record.verdicts.pop("stream.concat")
    page = Page(Page(render(SavedRun([record], "must", interrupted=False))).unpacked("s0")["page"])

    assert page.attributes("data-check") == ["stream.concat", "stream.lazy", "stream.exact", "close.stream"]
