"""The options of `serve`, `record` and `export-golden`, and the golden files that they read."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bad_input.answer import of_command, shown

US = "python -m llm_conformance"
LONG = "9" * 5000
NUMBERS = ("", "-1", "nan", "inf", "-inf", "1e400", "x", "1,5", "0x10", LONG, "\x1b[31m")
# By option: what is refused with the same words, and the words.
SERVED: dict[str, tuple[str, tuple[str, ...]]] = {
    "port": ("a whole number from 0 to 65535", ("65536", "0.5", "1e2", "+1", "1_0", "\u0663", " 1", *NUMBERS)),
    "rate": ("a number from 0.001 to 1e+06", ("0", "1e7", *NUMBERS)),
    "pace": ("a number from 0 to 1e+06", ("1e7", *NUMBERS)),
}
RECORDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "timeout": ("a number from 0.001 to 86400", ("0", "1e300", *NUMBERS)),
    "max-tokens": ("a whole number from 1 to 1000000000", ("0", "1.5", *NUMBERS)),
    "url": (
        "a base URL such as https://host/v1",
        (
            "",
            "x",
            "localhost:1",
            "ftp://x",
            "http://",
            "http:///v1",
            "http://127.0.0.1:x",
            "http://127.0.0.1:99999",
            "http://[::1",
            "http://a..b/",
            "http://127.0.0.1/a b",
            "http://127.0.0.1/\u00e9",
            "http://127.0.0.1/\x1b[2J",
            "http://127.0.0.1/\r\nX: y",
            "http://a\0b/",
            f"http://{'x' * 70}.example/",
        ),
    ),
    "name": ("a text that is not empty", ("",)),
    "prompt": ("a text that is not empty", ("",)),
    "why": ("a text that is not empty", ("",)),
    "model": ("a text that is not empty", ("",)),
    "parameters": ("a JSON object", ("[]", '"x"', "1", "null")),
}
ROWS = [
    (command, option, value, expected)
    for command, options in (("serve", SERVED), ("record", RECORDED))
    for option, (expected, values) in options.items()
    for value in values
]
PARAMETERS = {
    "": "not JSON: Expecting value: line 1 column 1 (char 0)",
    "{": "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    '{"a": "\x1b"}': "not JSON: Invalid control character at: line 1 column 8 (char 7)",
    "[" * 100_000: "not JSON: maximum recursion depth exceeded *",
    LONG: "not JSON: Exceeds the limit (4300 digits) *",
    "@nowhere": "nowhere: cannot be read: No such file or directory",
    "@.": ".: cannot be read: Is a directory",
    "@\x1b[2J": "\\x1b[2J: cannot be read: No such file or directory",
    "@a\0b": "not JSON: embedded null byte",
}
RECORDS = {
    "--format=tgy": f"{US} record: argument --format: invalid choice: 'tgy' (choose from *); see {US} record --help",
    "--prompt=\ud800": f"{US} record: argument --prompt: expected a text in UTF-8, got '\\ud800'; see *",
    "--model=\ud800": f"{US} record: argument --model: expected a text in UTF-8, got '\\ud800'; see *",
    "--key-env=XYZZY_ZYX": "record: environment variable XYZZY_ZYX is not set",
    "--key-env=\x1b[2J": "record: environment variable \\x1b[2J is not set",
    "--key-env=a=b": "record: environment variable a=b is not set",
    "--key-env=LINES_KEY": "record: LINES_KEY: expected a key of printable ASCII characters",
    "--key-env=OTHER_KEY": "record: OTHER_KEY: expected a key of printable ASCII characters",
    "--output=nowhere/x.jsonl": "record: nowhere/x.jsonl: expected the name of a file in a folder that exists",
    "--output=.": "record: .: expected the name of a file in a folder that exists",
    "--name=no/where": "record: no/where.jsonl: expected the name of a file in a folder that exists",
}
EXPORTS: dict[tuple[str, ...], str] = {
    (): f"{US} export-golden: the following arguments are required: DIR; see {US} export-golden --help",
    ("file",): "export-golden: file: cannot be written: Not a directory",
    ("x" * 300,): "export-golden: xxx*: cannot be written: File name too long",
    ("/proc/x", "--format=tgi"): "export-golden: /proc/x: cannot be written: No such file or directory",
    ("a\0b", "--format=tgi"): "export-golden: embedded null byte",
    ("out", "--stream=sparkling"): "export-golden: unknown golden stream 'sparkling'; nearest: 'sparkling-water', *",
    ("out", "--stream=\x1b"): "export-golden: unknown golden stream '\\x1b'; nearest: *",
    ("out", "--format=tgy"): "export-golden: unknown format 'tgy'; nearest: 'tgi', *",
    ("out", "--fault=nope"): "export-golden: unknown fault 'nope'; nearest: *",
}
REQUEST = {"format": "tgi", "url": "http://127.0.0.1:9", "prompt": "p", "name": "n"}


def record(**options: str) -> list[str]:
    return ["record", *(f"--{name.replace('_', '-')}={value}" for name, value in {**REQUEST, **options}.items())]


@pytest.mark.parametrize(
    ("command", "option", "value", "expected"), ROWS, ids=[f"{row[0]}-{row[1]}-{row[2]:.30}" for row in ROWS]
)
def test_a_wrong_value_is_refused(command: str, option: str, value: str, expected: str) -> None:
    arguments = record(**{option: value}) if command == "record" else [command, f"--{option}={value}"]
    line = f"{US} {command}: argument --{option}: expected {expected}, got {{}}; see {US} {command} --help"

    of_command(*arguments).assert_refused(line.format(f"'{shown(value)}'"))


@pytest.mark.parametrize("text", PARAMETERS, ids=lambda text: f"{text:.20}")
def test_parameters_that_are_no_json_are_refused(text: str) -> None:
    line = f"{US} record: argument --parameters: {PARAMETERS[text]}; see {US} record --help"

    of_command(*record(parameters=text)).assert_refused(line)


@pytest.mark.parametrize("option", RECORDS)
def test_a_recording_that_cannot_be_made_is_refused(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES_KEY", "sk-secret\nX-Other: 1")
    monkeypatch.setenv("OTHER_KEY", "sk-secret\u4f60")

    answer = of_command(*record(), option)

    answer.assert_refused(RECORDS[option])
    assert "secret" not in answer.err


@pytest.mark.parametrize("arguments", EXPORTS, ids=lambda arguments: f"{' '.join(arguments):.30}")
def test_an_export_that_cannot_be_made_is_refused(arguments: tuple[str, ...]) -> None:
    Path("file").touch()

    of_command("export-golden", *arguments).assert_refused(EXPORTS[arguments])


def test_the_name_of_a_folder_is_printed_without_control_characters() -> None:
    answer = of_command("export-golden", "\x1b[2J\nout", "--stream=empty-tokens", "--format=tgi", "--fault=baseline")

    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "\\x1b[2J\\nout: 1 files and index.json"


def test_a_taken_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        of_command("serve", f"--port={port}").assert_refused(
            f"serve: --port={port}: Address already in use; choose another port, or 0 for a free one"
        )


def test_a_provider_that_does_not_listen_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    line = f"record: http://127.0.0.1:{port}: [Errno *] Connection refused; no file written"
    of_command(*record(url=f"http://127.0.0.1:{port}")).assert_refused(line, code=1)
