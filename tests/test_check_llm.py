"""`check_llm()` and its report, as a program and a notebook use them."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llm_conformance import LLMReport, check_llm
from llm_conformance.__main__ import main
from llm_conformance.records import Status
from llm_conformance.subject.spec import LoadError
from llm_reference import LLM, EchoLLM, GenerationChunk

HOSTILE = "<script>alert(1)</script> \x1b[31m \u202e &"


class Verse(LLM):
    """Loses the blanks when it streams."""

    @property
    def _llm_type(self) -> str:
        return "verse"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        answer = f"bubbles dancing without {HOSTILE} fear"
        return answer.partition(stop[0])[0] if stop else answer

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for word in self._call(prompt, stop).split(" "):
            yield GenerationChunk(text=word)


@pytest.fixture(scope="module")
def verse() -> LLMReport:
    return check_llm(Verse())


@pytest.fixture(scope="module")
def echo() -> LLMReport:
    async def in_a_notebook() -> LLMReport:
        return check_llm(EchoLLM)

    return asyncio.run(in_a_notebook())


def test_a_class_is_judged_while_an_event_loop_runs(echo: LLMReport) -> None:
    assert echo.passed
    assert echo.findings == {}
    assert echo.verdicts["live.stream"].status is Status.PASSED, "a class is paused between its chunks"


def test_an_instance_is_judged_and_named_after_its_class(verse: LLMReport) -> None:
    assert not verse.passed
    assert verse.record.subject_info.spec == f"{__name__}:Verse()"
    assert {name: [one.code for one in found] for name, found in verse.findings.items()} == {
        "stream.concat": ["text-differs"]
    }


def test_a_factory_and_a_text_name_the_same_model() -> None:
    def factory(name: str) -> EchoLLM:
        return EchoLLM(name=name)

    reports = [
        check_llm(factory, kwargs={"name": "one"}, call_budget=3),
        check_llm("llm_reference:EchoLLM", kwargs={"name": "one"}, call_budget=3),
    ]

    assert [one.record.subject_info.source_kind for one in reports] == ["factory", "class"]
    assert all(one.passed and one.record.partial for one in reports)


def test_the_repr_has_the_finding_and_the_last_lines_of_the_terminal(
    verse: LLMReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines, whole = repr(verse).splitlines(), str(verse).splitlines()

    assert lines[0] == f"{__name__}:Verse() (instance, kind: llm, control: blackbox, profile: none)"
    assert "MUST stream.concat (STREAM-001)" in lines[2]
    assert any("^ first difference at character 7" in line for line in lines)
    assert lines[-1].startswith("not conformant: must ")
    assert lines[lines.index("fit for") :] == whole[whole.index("fit for") :]
    assert len(lines) < len(whole)


def test_the_html_is_small_and_what_the_model_said_is_escaped(verse: LLMReport) -> None:
    page = verse._repr_html_()

    assert len(page) < 10_000
    assert not re.search("<script|\x1b|\u202e", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert set(re.findall(r"</?(\w+)", page)) == {
        "div",
        "p",
        "b",
        "br",
        "small",
        "details",
        "summary",
        "pre",
    }
    assert "\\x1b[31m" in html.unescape(page)


def test_a_saved_report_is_judged_again_to_the_same_lines(
    verse: LLMReport, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verse.save(tmp_path / "run.json.gz")

    assert main(["judge", str(tmp_path / "run.json.gz")]) == 1
    assert capsys.readouterr().out.splitlines() == str(verse).splitlines()


def test_the_ending_of_a_name_is_the_form_of_the_report(verse: LLMReport, tmp_path: Path) -> None:
    verse.save(tmp_path / "run.md")

    assert "stream.concat" in (tmp_path / "run.md").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="expected a file name that ends in "):
        verse.save(tmp_path / "run.txt")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wire": "tgj"}, "wire: expected one of .*; did you mean tgi?"),
        ({"effort": "more"}, "effort: expected quick, ci, deep, got 'more'"),
        ({"gate": "mst"}, "gate: expected must, .*did you mean must?"),
        ({"timeout": 0}, "timeout: expected a number of seconds above 0, at most a year, got 0"),
        ({"call_budget": -1}, "call_budget: expected a whole number above 0, got -1"),
        ({"profile": {"strems": True}}, "profile: unknown key 'strems'; did you mean streams?"),
        ({"profile": {"wire": "tgj"}}, "profile: expected one of .*, got 'tgj'"),
        (
            {"kwargs": {"url": "{url}"}},
            r"Verse: \{url\} is the address of a simulated provider; add wire=FORMAT, one of openai",
        ),
        ({"deviations": "nowhere.toml"}, "nowhere.toml: cannot be read"),
    ],
    ids=["wire", "effort", "gate", "timeout", "call_budget", "profile", "profile-wire", "url", "deviations"],
)
def test_a_wrong_argument_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_llm(Verse, **options)


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("report", r"; save the report that it returns: check_llm\(..\).save\('report.html'\)$"),
        ("tiemout", r"; did you mean timeout\?$"),
        ("zz", "; the arguments are kwargs, wire, gate, "),
    ],
)
def test_an_argument_that_does_not_exist_is_refused_with_what_does(option: str, hint: str) -> None:
    with pytest.raises(TypeError, match=f"got an unexpected keyword argument '{option}'{hint}"):
        check_llm(Verse, **{option: "x"})  # type: ignore[arg-type]  # a type checker refuses it, too


@pytest.mark.parametrize(
    ("llm", "error", "message"),
    [
        (5, LoadError, r"^builtins:int\(\): not a Runnable: the int object lacks invoke\(\), stream\(\), astream\(\)$"),
        ("verse", ValueError, "^verse: expected MODULE:OBJECT, such as acme.llms:AcmeLLM; got 'verse'$"),
        (lambda: 1 / 0, LoadError, "<lambda>: constructing it raised ZeroDivisionError: division by zero$"),
    ],
    ids=["number", "text", "factory"],
)
def test_what_is_not_a_model_is_refused(llm: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_llm(llm)


def test_declared_deviations_are_read(tmp_path: Path) -> None:
    declared = tmp_path / "deviations.toml"
    declared.write_text('[[deviation]]\ncheck = "stream.concat"\nreason = "by design"\n', encoding="utf-8")

    report = check_llm(Verse, deviations=declared, call_budget=80)

    assert report.verdicts["stream.concat"].status is Status.EXPECTED
    assert report.passed
    assert report.findings == {}
