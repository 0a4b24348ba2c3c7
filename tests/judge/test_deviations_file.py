"""The file of declared deviations, and the verdict on a check with a declared deviation."""

import datetime as dt
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.judge.declared import apply_deviation, is_skipped
from llm_conformance.judge.deviations_file import DeviationError, applicable, parse
from llm_conformance.records import Deviation, DeviationMode, Finding, Level, Status, Verdict

TODAY = dt.date(2026, 11, 24)
VERSIONS = {"python": "3.11.7", "langchain-core": "1.7.2"}
KNOWN = 'check = "stream.concat"\nreason = "known"\n'
WRONG = {
    "not TOML": ("[[deviation", "*not TOML: *"),
    "another table": ("[deviations]", "*expected [[][[]deviation]] tables and nothing else"),
    "no table": ("deviation = 1", "*expected [[][[]deviation]] tables and nothing else"),
    "unknown key": (KNOWN + 'expire = "x"', "*deviation 1: unknown key 'expire'; did you mean expires*"),
    "no reason": ('check = "stream.concat"', "*deviation 1: reason is missing: why the model deviates"),
    "blank reason": (
        'check = "stream.concat"\nreason = " "',
        "*deviation 1: reason is missing: why the model deviates",
    ),
    "no check": ('reason = "known"', "*deviation 1: check is missing: the id of a check"),
    "unknown check": (
        'check = "stream.conact"\nreason = "known"',
        "*no check 'stream.conact'; did you mean stream.concat*",
    ),
    "mode": (KNOWN + 'mode = "sometimes"', "*mode: expected one of fails, flaky, hangs, got 'sometimes'"),
    "match": (
        KNOWN + 'match = "b"',
        "*deviation 1: match is not a key: use code and scenario, which a finding shows *",
    ),
    "code": (
        KNOWN + "code = 1",
        "*code: expected the code of the finding, such as text-differs, or a list of codes, got 1",
    ),
    "codes": (KNOWN + 'code = ["raised", 1]', "*code: expected the code of *, got [[]'raised', 1]"),
    "no codes": (KNOWN + "code = []", "*code: expected the code of *, got [[][]]"),
    "a text as code": (KNOWN + 'code = "raised ValueError"', "*code: expected the code of *, got 'raised ValueError'"),
    "scenario": (KNOWN + 'scenario = "streem"', "*no scenario 'streem'; did you mean stream*"),
    "expires": (KNOWN + 'expires = "soon"', "*expires: expected a date such as 2027-03-01, got 'soon'"),
    "when": (KNOWN + 'when = "on Sundays"', "*when: expected conditions such as *, got 'on Sundays'"),
    "twice": (KNOWN + "[[deviation]]\n" + KNOWN, "*deviation 2: 'stream.concat' is declared twice for acme:LLM"),
}


def declared(folder: Path, text: str) -> tuple[Deviation, ...]:
    path = folder / "deviations.toml"
    path.write_text(text if text.startswith(("[", "deviation")) else f"[[deviation]]\n{text}", encoding="utf-8")
    return applicable(parse(path, TODAY), "acme:LLM", VERSIONS)


@pytest.mark.parametrize(("text", "line"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_rejected_in_one_line(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(DeviationError) as refused:
        declared(tmp_path, text)

    assert fnmatchcase(str(refused.value), line)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviationError, match=r"nowhere\.toml: cannot be read: No such file"):
        parse(tmp_path / "nowhere.toml", TODAY)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("", True),
        ("impl=acme:LLM", True),
        ("impl=acme:Other", False),
        ("langchain-core>=1; python<4", True),
        ("langchain-core>=1; python<3.11", False),
        ("openai>=1", False),
    ],
)
def test_a_declaration_holds_where_all_its_conditions_do(tmp_path: Path, when: str, holds: bool) -> None:  # noqa: FBT001
    assert bool(declared(tmp_path, f'{KNOWN}when = "{when}"')) == holds


def test_a_declaration_expires_on_its_day(tmp_path: Path) -> None:
    (over,), (yet,) = (declared(tmp_path, f"{KNOWN}expires = 2026-11-{day}") for day in (24, 25))

    assert (over.expired, yet.expired) == ("2026-11-24", "")


def test_a_declaration_names_one_code_and_scenario_or_several(tmp_path: Path) -> None:
    (one,) = declared(tmp_path, f'{KNOWN}code = "raised"\nscenario = "stream"')
    (several,) = declared(tmp_path, f'{KNOWN}code = ["raised", "hung"]\nscenario = ["stream", "a*"]')

    assert (one.codes, one.scenarios) == (("raised",), ("stream",))
    assert (several.codes, several.scenarios) == (("raised", "hung"), ("stream", "a*"))


def _verdict(status: Status, *codes: str) -> Verdict:
    findings = tuple(Finding(expected="a", actual="b", code=code, scenario="astream") for code in codes)
    return Verdict("stream.concat", Level.MUST, "STREAM-001", status, findings=findings)


def _judged(verdict: Verdict, **facts: Any) -> tuple[str, str]:
    deviation = Deviation(check="stream.concat", reason="known", **facts)
    found = apply_deviation(deviation, verdict, lambda: "failed 2 of 5 times")
    return found.status.value, found.reason


def test_what_is_declared_is_expected() -> None:
    found = _judged(_verdict(Status.FAILED, "raised"), codes=("raised",), scenarios=("*stream",), link="acme.example")

    assert found == ("expected", "known (acme.example)")


def test_a_declaration_of_what_passes_is_stale() -> None:
    word, reason = _judged(_verdict(Status.PASSED))

    assert (word, reason) == ("stale", "it is declared as a deviation, and passes: remove the declaration")


def test_a_declaration_of_what_fails_otherwise_is_stale() -> None:
    verdict = _verdict(Status.FAILED, "raised", "hung")

    assert _judged(verdict, codes=("raised", "x")) == (
        "stale",
        "it fails otherwise than declared: code 'hung' instead of 'raised' or 'x'",
    )
    assert _judged(verdict, scenarios=("stream",)) == (
        "stale",
        "it fails otherwise than declared: scenario 'astream' instead of 'stream'",
    )


def test_an_expired_declaration_is_stale() -> None:
    word, reason = _judged(_verdict(Status.FAILED, "b"), expired="2026-11-24")

    assert (word, reason) == ("stale", "the declaration expired on 2026-11-24")


def test_what_is_flaky_may_pass_and_fail_and_says_how_often() -> None:
    assert _judged(_verdict(Status.PASSED), mode=DeviationMode.FLAKY) == ("passed", "")
    assert _judged(_verdict(Status.FAILED, "b"), mode=DeviationMode.FLAKY) == ("expected", "known; failed 2 of 5 times")


@pytest.mark.parametrize(
    "word", [Status.BLOCKED, Status.NOT_TESTABLE, Status.INCONCLUSIVE, Status.NOT_APPLICABLE, Status.HARNESS_ERROR]
)
def test_what_was_not_judged_stays_as_it_is(word: Status) -> None:
    assert _judged(_verdict(word)) == (word.value, "")


def test_what_hangs_is_not_tried_before_its_declaration_expires() -> None:
    assert is_skipped(Deviation(check="c", reason="r", mode=DeviationMode.HANGS))
    assert not is_skipped(Deviation(check="c", reason="r", mode=DeviationMode.HANGS, expired="2026-11-24"))
    assert not is_skipped(Deviation(check="c", reason="r"))
