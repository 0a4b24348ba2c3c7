from __future__ import annotations

from pathlib import Path

import pytest

from bad_input.answer import of_suite

KEYS = (
    "the keys are kind, streams, token-exact, stop, usage, short-timeout, "
    "control, wire, dialect, kwargs, wires, prompts"
)
OF_WIRE = "must be a table with the keys dialect, kwargs, short-timeout, stop, streams, token-exact, usage"
DIALECT = "the keys are usage, final_usage, reasoning, reasoning_tokens, calls, unasked_reasoning"
USAGE = "dialect: usage must be one of own-chunk, with-finish, every-chunk"
SHORT_TIMEOUT = "short-timeout must be a table of constructor arguments that give the client a short read timeout"
PROMPTS = "prompts must be a list of 3 different texts that are not empty"
CONTROL = 'control must be "script" or "blackbox"'
DEEP = "it is nested more than 100 levels deep"
DIGITS = "it has a number of more than 4300 digits"
WRONG = {
    "stream = true": "unknown key 'stream'; did you mean streams?",
    "Streams = true": "unknown key 'Streams'; did you mean streams*?",
    "short_timeout = {}": "unknown key 'short_timeout'; did you mean short-timeout?",
    '"\u00df" = 1': f"unknown key '\u00df'; {KEYS}",
    '"\\u001b[31m" = 1': f"unknown key '\\x1b[31m'; {KEYS}",
    '"a\\nb" = 1': f"unknown key 'a\\nb'; {KEYS}",
    "x" * 5000 + " = 1": f"unknown key *; {KEYS}",
    "[tool.llm-conformance]": "unknown key 'tool'; the keys of a file of its own are at the top level, not in *",
    "streams = 1": "streams must be true or false, got 1",
    'streams = "yes"': "streams must be true or false, got 'yes'",
    "streams = 2026-01-01": "streams must be true or false, got datetime.date(2026, 1, 1)",
    "streams = " + "[" * 90 + "]" * 90: "streams must be true or false, got [*]",
    "token-exact = nan": "token-exact must be true or false, got nan",
    "stop = {}": "stop must be true or false, got {}",
    "usage = inf": "usage must be true or false, got inf",
    'kind = "chatt"': "kind must be one of llm, chat, chain, unknown, got 'chatt'",
    "kind = 1": "kind must be one of llm, chat, chain, unknown, got 1",
    f'kind = "{"x" * 5000}"': "kind must be one of llm, chat, chain, unknown, got 'xxxxxxxxxxxx...xxxxxxxxxxxxx'",
    'control = "x"': f"{CONTROL}, got 'x'",
    'control = "\\u001b"': f"{CONTROL}, got '\\x1b'",
    'control = "wire"': f"{CONTROL}, got 'wire'; for a simulated provider, declare wire",
    "control = []": f"{CONTROL}, got []",
    "control = {}": f"{CONTROL}, got {{}}",
    'control = "script"\nwire = "tgi"': "control = 'script' and wire exclude each other",
    'wire = "tgy"': "wire = 'tgy': unknown wire format; did you mean tgi?",
    'wire = "\\u001b"': "wire = '\\x1b': unknown wire format; the formats are openai-completions, *",
    "wire = 1": "wire must be the name of a wire format, or 'none', got 1",
    'prompts = ["a"]': f"{PROMPTS}, got ['a']",
    'prompts = ["a", "a", "b"]': f"{PROMPTS}, got ['a', 'a', 'b']",
    'prompts = ["a", "b", " "]': f"{PROMPTS}, got ['a', 'b', ' ']",
    "prompts = [1, 2, 3]": f"{PROMPTS}, got [1, 2, 3]",
    'prompts = [["a"], ["b"], ["c"]]': f"{PROMPTS}, got [['a'], ['b'], ['c']]",
    'prompts = "abc"': f"{PROMPTS}, got 'abc'",
    "kwargs = []": "kwargs must be a table of constructor arguments, got []",
    """kwargs = '{"api_key": "sk-1"}'""": "kwargs must be a table of constructor arguments, got '***'",
    'kwargs = ["sk-1", { api_key = "sk-1" }]': "kwargs must be a table of *, got ['***', {'api_key': '***'}]",
    'short-timeout = "sk-1"': f"{SHORT_TIMEOUT}, got '***'",
    "short-timeout = 1": f"{SHORT_TIMEOUT}, got 1",
    "dialect = 1": "dialect must be a table of what the provider does differently, such as *, got 1",
    'dialect = { usge = "x" }': f"dialect: unknown key 'usge'; {DIALECT}",
    'dialect = { usage = "x" }': f"{USAGE}, got 'x'",
    "dialect = { usage = [] }": f"{USAGE}, got []",
    "wires = 1": "wires must be a table of what applies in another wire format alone, by the name of the format, got 1",
    "wires = { tgi = 1 }": f"wires.tgi {OF_WIRE}, got 1",
    'wires = { tgi = { kind = "llm" } }': f"wires.tgi {OF_WIRE}, got {{'kind': '***'}}",
    'wires = { tgi = { kwargs = "sk-1" } }': "wires.tgi: kwargs must be a table of constructor arguments, got '***'",
    'wires = { tgi = { api_key = "sk-1" } }': f"wires.tgi {OF_WIRE}, got {{'api_key': '***'}}",
    "wires = { tgi = { wires = {} } }": f"wires.tgi {OF_WIRE}, got {{'wires': {{}}}}",
    "wires = { tgi = { streams = 1 } }": "wires.tgi: streams must be true or false, got 1",
    "wires = { tgy = {} }": "wire = 'tgy': unknown wire format; did you mean tgi?",
    "\n".join(f"[t{number}]" for number in range(2000)): f"unknown key 't0'; {KEYS}",
}
OF_ONE_MODEL = {
    '"llm_reference:EchoLLM" = 1': "profile.toml: 'llm_reference:EchoLLM' is not a table",
    '["llms:Other"]\nstream = true': "profile.toml ['llms:Other']: unknown key 'stream'; did you mean streams?",
    '["a:B"."c:D"]': f"profile.toml ['a:B']: unknown key 'c:D'; {KEYS}",
}
UNREADABLE = {
    "streams = ": "not TOML: Invalid value (at end of document)",
    "{}": "not TOML: Invalid statement (at line 1, column 1)",
    "[a": "not TOML: Expected ']' at the end of a table declaration (at end of document)",
    "\0": "not TOML: Invalid statement (at line 1, column 1)",
    "\ufeffstreams = true": "not TOML: Invalid statement (at line 1, column 1)",
    "streams = true\rx": "not TOML: Expected '=' after a key in a key/value pair (at end of document)",
    "streams = true\nstreams = false": "not TOML: Cannot overwrite a value (at end of document)",
    "streams = 2026-99-99": "not TOML: *",
    'a = "\x01"': "not TOML: Illegal character '\\x01' (at line 1, column 6)",
    f"kwargs = {{ n = {'9' * 5000} }}": DIGITS,
    f"kwargs = {{ n = 0x{'f' * 5000} }}": DIGITS,
    f"kwargs = {{ n = [0b{'1' * 20_000}] }}": DIGITS,
    "kwargs = " + "[" * 100_000 + "]" * 100_000: DEEP,
    "kwargs = { a = " + "[" * 200 + "]" * 200 + " }": DEEP,
    ".".join(["a"] * 1500) + " = 1": DEEP,
}
TABLES = {
    "tool = 1": "*/pyproject.toml: [tool.llm-conformance] is not a table",
    "[tool]\nllm-conformance = 1": "*/pyproject.toml: [tool.llm-conformance] is not a table",
    "[tool.llm-conformance]\nstream = 1": "pyproject.toml [tool.llm-conformance]: unknown key 'stream'; did you mean *",
    "[tool.llm-conformance]\n'a:b' = 1": "pyproject.toml [tool.llm-conformance]: 'a:b' is not a table",
    "[tool": "*/pyproject.toml: not TOML: Expected ']' at the end of a table declaration (at end of document)",
}
FILES = {
    "nowhere.toml": "cannot be read: No such file or directory",
    "": "cannot be read: Is a directory",
    "latin-1.toml": "cannot be read: 'utf-8' codec can't decode byte 0xff in position 8: invalid start byte",
    "latin-1.toml/x": "cannot be read: Not a directory",
    "a\0b": "cannot be read: embedded null byte",
    "\x1b[2J.toml": "cannot be read: No such file or directory",
    "x" * 300: "cannot be read: File name too long",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: f"{text:.40}{len(text)}")
def test_a_wrong_claim_is_refused(text: str, folder: Path) -> None:
    (folder / "profile.toml").write_text(text, encoding="utf-8")

    of_suite("--llm-profile=profile.toml").assert_refused(f"profile.toml: {WRONG[text]}")


@pytest.mark.parametrize("text", OF_ONE_MODEL)
def test_a_wrong_claim_of_one_model_is_refused(text: str, folder: Path) -> None:
    (folder / "profile.toml").write_text(text, encoding="utf-8")

    of_suite("--llm-profile=profile.toml").assert_refused(OF_ONE_MODEL[text])


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: f"{text:.20}{len(text)}")
def test_what_cannot_be_read_is_refused(text: str, folder: Path) -> None:
    (folder / "profile.toml").write_text(text, encoding="utf-8", newline="")

    of_suite("--llm-profile=profile.toml").assert_refused(f"*/profile.toml: {UNREADABLE[text]}")


@pytest.mark.parametrize("text", TABLES)
def test_a_wrong_table_of_the_project_is_refused(text: str, folder: Path) -> None:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")

    of_suite().assert_refused(TABLES[text])


@pytest.mark.parametrize("name", FILES, ids=lambda name: f"{name:.20}")
def test_a_file_that_cannot_be_read_is_refused(name: str, folder: Path) -> None:
    (folder / "latin-1.toml").write_bytes(b'kind = "\xff"')

    of_suite(f"--llm-profile={name}").assert_refused(f"*: {FILES[name]}")
