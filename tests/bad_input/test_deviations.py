from __future__ import annotations

from pathlib import Path

import pytest

from bad_input.answer import of_suite

KEYS = "the keys are check, reason, mode, code, scenario, when, expires, link, unreachable"
WHEN = "when: expected conditions such as langchain-core<1; python>=3.12; impl=pkg:Class"
CODE = "code: expected the code of the finding, such as text-differs, or a list of codes"
SCENARIO = "scenario: expected the scenario of the finding, * for any text, or a list of scenarios"
MODE = "mode: expected one of fails, flaky, hangs"
DEEP = "it is nested more than 100 levels deep"
DIGITS = "it has a number of more than 4300 digits"
# The lines of one entry; a check and a reason are added where there are none.
ENTRIES = {
    "check = ''": "check is missing: the id of a check",
    "reason = '  '": "reason is missing: why the model deviates",
    "check = 'stream.conact'": "no check 'stream.conact'; did you mean stream.concat*?",
    "check = 1": "check: expected the id of a check, got 1",
    'check = "\\u001b[2J"': "no check '\\x1b[2J'",
    f"check = '{'x' * 5000}'": "no check 'xxx*\u2026xxx*'",
    "reason = []": "reason: expected why the model deviates, got []",
    "reasn = 'x'": f"unknown key 'reasn'; did you mean reason*?; {KEYS}",
    "match = '(a+)+$'": "match is not a key: use code and scenario, which a finding shows beside its text",
    "mode = 'fail'": f"{MODE}, got 'fail'",
    "mode = 1": f"{MODE}, got 1",
    'mode = "\\u001b"': f"{MODE}, got '\\x1b'",
    "code = 'A B'": f"{CODE}, got 'A B'",
    "code = ''": f"{CODE}, got ''",
    "code = []": f"{CODE}, got []",
    "code = ['a', 1]": f"{CODE}, got ['a', 1]",
    "scenario = 'steam'": "no scenario 'steam'; did you mean *stream*?",
    "scenario = '(a+)+$'": "no scenario '(a+)+$'",
    f"scenario = '{'*' * 200}!'": "no scenario '*!'",
    f"scenario = '{'*s' * 5000}!'": "no scenario '*!'",
    "scenario = 1": f"{SCENARIO}, got 1",
    "unreachable = 'steam'": "unreachable: no check 'steam'; did you mean *?",
    f"unreachable = '{'*a' * 60}!'": "unreachable: no check '*!'",
    "unreachable = {}": "unreachable: expected the checks that need not be judged because of it, *, got {}",
    "when = 'langchain-core'": f"{WHEN}, got 'langchain-core'",
    "when = '>=3'": f"{WHEN}, got '>=3'",
    "when = 'python>=x'": f"{WHEN}, got 'python>=x'",
    "when = 'python @ https://x'": f"{WHEN}, got 'python @ https://x'",
    f"when = 'python>={'9' * 5000}'": f"{WHEN}, got 'python>=9*9'",
    f"when = '{'a' * 5000}'": f"{WHEN}, got 'a*a'",
    "when = 'impl=EchoLLM'": f"{WHEN}, got 'impl=EchoLLM'",
    "when = 'impl='": f"{WHEN}, got 'impl='",
    "when = 'impl==1'": f"{WHEN}, got 'impl==1'",
    "when = 'python>=3; x'": f"{WHEN}, got 'x'",
    "when = ['python>=3']": f"{WHEN}, got ['python>=3']",
    "expires = '2027-01-01'": "expires: expected a date such as 2027-03-01, got '2027-01-01'",
    "expires = 2027-01-01T00:00:00": "expires: expected a date such as 2027-03-01, got datetime.date...7, 1, 1, 0, 0)",
    "expires = 20270101": "expires: expected a date such as 2027-03-01, got 20270101",
    "link = 1": "link: expected where to read more, got 1",
}
FILES = {
    "x = 1": "expected [[deviation]] tables and nothing else",
    "deviation = 1": "expected [[deviation]] tables and nothing else",
    "deviation = [1]": "expected [[deviation]] tables and nothing else",
    "[deviation]": "expected [[deviation]] tables and nothing else",
    "[[deviations]]": "expected [[deviation]] tables and nothing else",
    "[[deviation]]": "deviation 1: check is missing: the id of a check",
    "[[": "not TOML: Invalid initial character for a key part (at end of document)",
    "[[deviation]]\nexpires = 2020-02-31": "not TOML: Invalid date or datetime (at line 2, column 11)",
    "deviation = " + "[" * 100_000 + "]" * 100_000: DEEP,
    "deviation." + ".".join(["a"] * 1500) + " = 1": DEEP,
    f"[[deviation]]\ncheck = {'9' * 5000}": DIGITS,
    f"[[deviation]]\ncheck = 0o{'7' * 9000}": DIGITS,
    "[[deviation]]\ncheck = 'stream.concat'\nreason = 'x'\n"
    * 2: "deviation 2: 'stream.concat' is declared twice for *",
}
PATHS = {
    "nowhere.toml": "cannot be read: No such file or directory",
    "": "cannot be read: Is a directory",
    "latin-1.toml": "cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    "a\0b": "cannot be read: embedded null byte",
    "x" * 300: "cannot be read: File name too long",
}
UPDATED = {
    "nowhere/d.toml": "--llm-deviations-update: */nowhere/d.toml: the folder */nowhere does not exist",
    "latin-1.toml/d.toml": "--llm-deviations-update: */d.toml: the folder */latin-1.toml does not exist",
    "x" * 300: "--llm-deviations-update: *: File name too long; choose another name",
    "latin-1.toml": "*/latin-1.toml: cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: *",
    "": "*: cannot be read: Is a directory",
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry:.40}{len(entry)}")
def test_a_wrong_entry_is_refused(entry: str, folder: Path) -> None:
    whole = [
        "[[deviation]]",
        entry,
        *([] if entry.startswith("check") else ["check = 'stream.concat'"]),
        *([] if entry.startswith("reason") else ["reason = 'x'"]),
    ]
    (folder / "deviations.toml").write_text("\n".join(whole), encoding="utf-8")

    answer = of_suite("--llm-deviations=deviations.toml")

    answer.assert_refused(f"*/deviations.toml: deviation 1: {ENTRIES[entry]}")


@pytest.mark.parametrize("text", FILES, ids=lambda text: f"{text:.30}{len(text)}")
def test_a_wrong_file_is_refused(text: str, folder: Path) -> None:
    (folder / "deviations.toml").write_text(text, encoding="utf-8")

    of_suite("--llm-deviations=deviations.toml").assert_refused(f"*/deviations.toml: {FILES[text]}")


@pytest.mark.parametrize("name", PATHS, ids=lambda name: f"{name:.20}")
def test_a_file_that_cannot_be_read_is_refused(name: str, folder: Path) -> None:
    (folder / "latin-1.toml").write_bytes(b"\xff")

    of_suite(f"--llm-deviations={name}").assert_refused(f"*: {PATHS[name]}")


@pytest.mark.parametrize("name", UPDATED, ids=lambda name: f"{name:.20}")
def test_a_file_that_cannot_be_updated_is_refused_before_the_run(name: str, folder: Path) -> None:
    (folder / "latin-1.toml").write_bytes(b"\xff")

    of_suite(f"--llm-deviations={name}", "--llm-deviations-update").assert_refused(UPDATED[name])


def test_an_update_without_a_file_is_refused() -> None:
    of_suite("--llm-deviations-update").assert_refused("--llm-deviations-update: * add --llm-deviations=FILE")
