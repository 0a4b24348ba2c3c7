from __future__ import annotations

from pathlib import Path

import pytest

from bad_input.answer import of_suite, shown

EXPECTED = "expected a JSON object, such as '{\"n\": 1}'"
DEEP = "it is nested more than 100 levels deep"
DIGITS = "it has a number of more than 4300 digits"
NO_JSON = {
    "": "not JSON: Expecting value: line 1 column 1 (char 0)",
    "a=1": "not JSON: Expecting value: line 1 column 1 (char 0)",
    "{": "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    "{'a': 1}": "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    '{"a": 1},': "not JSON: Extra data: line 1 column 9 (char 8)",
    '{"a": 1}{"b": 2}': "not JSON: Extra data: line 1 column 9 (char 8)",
    '{"a": "\x1b[31m"}': "not JSON: Invalid control character at: line 1 column 8 (char 7)",
    "\ufeff{}": "not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
    '{"n": NaN}': "not JSON: NaN is not a number of JSON",
    '{"n": [-Infinity]}': "not JSON: -Infinity is not a number of JSON",
    '{"n": Infinity}': "not JSON: Infinity is not a number of JSON",
    '{"n": ' + "9" * 5000 + "}": DIGITS,
    "9" * 5000: DIGITS,
    "[" * 150 + "]" * 150: DEEP,
    '{"a":' * 101 + "1" + "}" * 101: DEEP,
    "[" * 100_000: DEEP,
    '{"a":' * 100_000: DEEP,
}
NO_OBJECT = {
    '"sk-secret"': "a string",
    "1": "a number",
    "1.5e3": "a number",
    "null": "null",
    "[1]": "an array",
    "true": "true or false",
}
FILES = {
    "nowhere.json": "cannot be read: No such file or directory",
    "nowhere/kwargs.json": "cannot be read: No such file or directory",
    "": "cannot be read: Is a directory",
    "folder": "cannot be read: Is a directory",
    "latin-1.json": "cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    "latin-1.json/x": "cannot be read: Not a directory",
    "a\0b": "cannot be read: embedded null byte",
    "\x1b[2J.json": "cannot be read: No such file or directory",
    "x" * 300: "cannot be read: File name too long",
}
USED = {
    '{"base_url": "{url}"}': "{url} is the address of a simulated provider; add *wire=FORMAT*",
    '{"a": {"b": ["{url}"]}}': "{url} is the address of a simulated provider; add *wire=FORMAT*",
    '{"client": {"()": 1}}': "argument client: '()' must name a class or a function, MODULE:OBJECT; got 1",
    '{"client": {"()": "os:path"}}': "argument client: '()' must name * MODULE:OBJECT; os:path is of type module",
    '{"client": {"()": "xyzzy_zyx:X"}}': "argument client: xyzzy_zyx:X: no module named 'xyzzy_zyx'; install it, *",
}


@pytest.mark.parametrize("text", NO_JSON, ids=lambda text: f"{text:.20}{len(text)}")
def test_what_is_no_json_is_refused_as_an_option_and_in_a_file(text: str, folder: Path) -> None:
    (folder / "kwargs.json").write_text(text, encoding="utf-8")

    of_suite(f"--llm-kwargs={text}").assert_refused(f"--llm-kwargs: {NO_JSON[text]}; {EXPECTED}")
    of_suite("--llm-kwargs=@kwargs.json").assert_refused(f"--llm-kwargs=@kwargs.json: {NO_JSON[text]}; {EXPECTED}")


@pytest.mark.parametrize("text", NO_OBJECT)
def test_what_is_no_object_is_refused_without_its_value(text: str, folder: Path) -> None:
    (folder / "kwargs.json").write_text(text, encoding="utf-8")
    expected = f"expected a JSON object of constructor arguments, got {NO_OBJECT[text]}"

    of_suite(f"--llm-kwargs={text}").assert_refused(f"--llm-kwargs: {expected}")
    of_suite("--llm-kwargs=@kwargs.json").assert_refused(f"--llm-kwargs=@kwargs.json: {expected}")


@pytest.mark.parametrize("name", FILES, ids=lambda name: f"{name:.20}")
def test_a_file_that_cannot_be_read_is_refused(name: str, folder: Path) -> None:
    (folder / "folder").mkdir()
    (folder / "latin-1.json").write_bytes(b"\xff{}")

    of_suite(f"--llm-kwargs=@{name}").assert_refused(f"--llm-kwargs=@{shown(name)}: {FILES[name]}; {EXPECTED}")


@pytest.mark.parametrize("text", USED)
def test_arguments_that_cannot_be_used_are_refused(text: str) -> None:
    of_suite(f"--llm-kwargs={text}").assert_refused(f"--llm-impl=llm_reference:EchoLLM: {USED[text]}")
