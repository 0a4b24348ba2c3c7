"""Documents with random edits: each is read, or refused in one line, and never ends in a traceback of ours."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bad_input.answer import MODEL
from fuzz.edited_run import edited_run_is_judged_or_refused
from fuzz.targets import golden_file_is_loaded_or_refused
from llm_conformance.judge.deviations_file import DeviationError, applicable, parse
from llm_conformance.plugin import kwargs
from llm_conformance.report.lines import one_line
from llm_conformance.subject import profile
from llm_fixtures import dumps, golden

PROFILE = b"""\
kind = "llm"
streams = true
wire = "tgi"
prompts = ["a", "b", "c"]
kwargs = { url = "{url}", n = [1, 2.5, { a = false }] }
dialect = { usage = "with-finish" }
short-timeout = { timeout = 1 }
wires.tgi = { stop = true }
["llm_reference:EchoLLM"]
token-exact = true
"""
DEVIATIONS = b"""\
[[deviation]]
check = "stream.concat"
reason = "r"
mode = "flaky"
code = ["text-differs"]
scenario = "astr*"
when = "python>=3.11; langchain-core<1; impl=a:B"
expires = 2027-03-01
unreachable = "events.*"
link = "https://example.com"
"""
JSON = b'{"a": [1, 2.5e3, null, {"b": "\\ud83d\\u001b"}], "()": "llm_reference:EchoLLM", "url": "{url}"}'
GOLDEN = dumps(golden("empty-tokens"))
# What the syntax of each is made of, and what no syntax has.
TOKENS = (
    *b"[]{}=,.:\"'\\#\n\r\t \x00\x1b\xff\xef0159-+_eEnx*",
    b"[[",
    b'"""',
    b"''",
    b"nan",
    b"inf",
    b"NaN",
    b"0x",
    b"1e999",
    b"9" * 4400,
    b"true",
    b"null",
    b"2020-01-01",
    b"\\ud800",
    b"[" * 150,
    b'{"a":' * 150,
    b"a.",
    b"\xe2\x80\xae",
    b"*" * 50,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("kind", "streams", "usage", "control", "wire", "dialect", "kwargs", "short-timeout", "wires", "prompts", "x")


@st.composite
def edited(draw: st.DrawFn, document: bytes) -> bytes:
    """The document with a few parts removed, and others put in."""
    token = st.sampled_from(TOKENS).map(lambda one: one if isinstance(one, bytes) else bytes([one]))
    edit = st.tuples(st.integers(0, len(document)), st.integers(0, 6), token)
    for place, removed, put in draw(st.lists(edit, min_size=1, max_size=4)):
        document = document[:place] + put + document[place + removed :]
    return document


def written(content: bytes) -> Path:
    path = Path("document")
    path.write_bytes(content)
    return path


@given(edited(PROFILE))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@example(b"streams = " + b"[" * 100_000)
def test_a_profile_is_read_or_refused(content: bytes) -> None:
    try:
        found = profile.read(written(content), MODEL)
    except profile.ProfileError as error:
        assert one_line(str(error)).isprintable()
    else:
        assert isinstance(found.url_problem, str)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_profile_of_any_values_is_taken_or_refused(declared: dict[str, Any]) -> None:
    try:
        found = profile.of(declared, "profile")
    except profile.ProfileError as error:
        assert one_line(str(error)).isprintable()
    else:
        assert isinstance(found.with_options(None, {}).url_problem, str)


@given(edited(DEVIATIONS))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_file_of_deviations_is_read_or_refused(content: bytes) -> None:
    try:
        declarations = parse(written(content), dt.date(2026, 11, 29))
        assert len(applicable(declarations, "a:B", {"python": "3.11.7", "langchain-core": "0.3.1"})) <= 1
    except DeviationError as error:
        assert one_line(str(error)).isprintable()


@given(edited(JSON))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_constructor_arguments_are_read_or_refused(content: bytes) -> None:
    text = content.decode("utf-8", "surrogateescape")
    try:
        assert isinstance(kwargs.read(text, Path.cwd()), dict)
        assert kwargs.redacted_json(text)
    except pytest.UsageError as error:
        assert one_line(str(error)).isprintable()


@given(edited(GOLDEN))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_golden_file_is_read_or_refused(content: bytes) -> None:
    golden_file_is_loaded_or_refused(content)


@given(st.binary(min_size=5, max_size=13))
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
def test_a_saved_run_is_judged_or_refused(content: bytes) -> None:
    edited_run_is_judged_or_refused(content)
