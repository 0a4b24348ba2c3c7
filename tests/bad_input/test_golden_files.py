"""Golden files that `serve` cannot read. tests/fixtures has the messages on every field."""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_input.answer import of_command, shown

HEADER = '{"golden":1,"name":"n","prompt":"p","why":"w"}\n'
FOOTER = '{"finish":"stop","usage":{"prompt":1,"completion":1}}\n'
WHOLE = HEADER + '"a"\n{"t":"b","dt":0.5}\n{"call":0,"id":"c","name":"f"}\n{"call":0,"args":"{}"}\n' + FOOTER
GENERATED = HEADER.replace("}", ',"generate":{"count":COUNT}}')
CONTENTS = {
    "": 'line 1: the file is empty, expected a header {"golden": 1, *}',
    "x": "line 1: not JSON at character 0: expecting value",
    "[]": "line 1: expected a header {*}, got []",
    '{"golden": 2}': "line 1: unknown format version 2; supported: 1",
    '{"golden": true}': "line 1: unknown format version True; supported: 1",
    '{"golden": "\x1b"}': "line 1: not JSON at character 12: invalid control character at",
    '{"golden": "\\u001b[2J"}': "line 1: unknown format version '\\x1b[2J'; supported: 1",
    '{"golden": 1}': "line 1: the header does not have the key 'name'",
    HEADER.replace("}", ',"\\u001b":1}') + FOOTER: "line 1: the header has an unknown key '\\x1b'; known: *",
    HEADER + '"a"\n': 'line 2: the file is truncated: it ends here without a footer {"finish": .., *}',
    HEADER + "1\n" + FOOTER: "line 2: a piece must be a string or an object with one of the keys *, got 1",
    HEADER + '{"t":"a","dt":NaN}\n' + FOOTER: "line 2: the token: 'dt' must be a number of seconds, *, got nan",
    HEADER + '{"t":"a","dt":Infinity}\n' + FOOTER: "line 2: the token: 'dt' must be a number of seconds, *, got inf",
    HEADER + '{"t":"a","dt":1e400}\n' + FOOTER: "line 2: the token: 'dt' must be a number of seconds, *, got inf",
    HEADER + '{"t":"a","dt":-1}\n' + FOOTER: "line 2: the token: 'dt' must be a number of seconds, *, got -1",
    HEADER + f'{{"t":"a","dt":{"9" * 400}}}\n' + FOOTER: "line 2: the token: 'dt' must be a number of seconds, *",
    HEADER + f'{{"t":"a","id":{"9" * 5000}}}\n' + FOOTER: "line 2: unreadable JSON: Exceeds the limit *",
    HEADER + "[" * 100_000 + "\n" + FOOTER: "line 2: unreadable JSON: maximum recursion depth exceeded *",
    HEADER + '{"b":"f"}\n' + FOOTER: "line 2: the token: 'b' must be pairs of hex digits, got 'f'",
    HEADER + '{"call":1,"args":"{}"}\n' + FOOTER: "line 2: *",
    HEADER + FOOTER.replace("stop", "halt"): "line 2: unknown finish 'halt'; known: stop, length, *",
    HEADER + FOOTER.replace('"completion":1', '"completion":-1'): "line 2: 'usage': 'completion' must be an integer, *",
    HEADER + FOOTER + FOOTER: "line 3: a line after the footer: *",
    GENERATED.replace("COUNT", "1000000000")
    + FOOTER: "line 1: 'generate': 'count' must be an integer up to 1000000, *",
    GENERATED.replace("COUNT", "1e6")
    + FOOTER: "line 1: 'generate': 'count' must be an integer, 0 or more, got 1000000.0",
    GENERATED.replace("COUNT", "true") + FOOTER: "line 1: 'generate': 'count' must be an integer, 0 or more, got True",
}
NAMES = {
    "": ".: cannot be read: Is a directory",
    "nowhere": "nowhere: cannot be read: No such file or directory",
    "golden.jsonl/x": "golden.jsonl/x: cannot be read: Not a directory",
    "\x1b[2J": "\\x1b[2J: cannot be read: No such file or directory",
    "a\0b": "a\\x00b: embedded null byte",
    "x" * 300: "xxx*: cannot be read: File name too long",
}
# Behind every character there is an end of the file that no writer makes.
CUTS = range(1, len(WHOLE) - 1, 7)


def refused(content: bytes, line: str) -> None:
    Path("golden.jsonl").write_bytes(content)

    of_command("serve", "--golden", "golden.jsonl").assert_refused(f"serve: golden.jsonl, {line}")


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: f"{content[-40:]}{len(content)}")
def test_a_wrong_file_is_refused(content: str) -> None:
    refused(content.encode(), CONTENTS[content])


@pytest.mark.parametrize("cut", CUTS)
def test_a_file_that_is_cut_is_refused(cut: int) -> None:
    refused(WHOLE.encode()[:cut], "line *: *")


def test_bytes_that_are_no_text_are_refused() -> None:
    refused(HEADER.encode() + b'"\xff"\n' + FOOTER.encode(), "line 2: not UTF-8 at byte 1: invalid start byte")


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name:.20}")
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    Path("golden.jsonl").touch()

    of_command("serve", "--golden", name).assert_refused(f"serve: {NAMES[name]}")


def test_one_wrong_file_among_others_is_refused() -> None:
    Path("right.jsonl").write_text(WHOLE, encoding="utf-8")
    answer = of_command("serve", "--golden", "right.jsonl", "--golden", "\x1bwrong")

    answer.assert_refused(f"serve: {shown(chr(27) + 'wrong')}: cannot be read: No such file or directory")
