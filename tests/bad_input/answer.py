"""What a user gets for wrong input, from pytest and from the commands, run inside this process."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from llm_conformance import plugin
from llm_conformance.__main__ import main
from llm_conformance.records import matches_any

MODEL = "llm_reference:EchoLLM"
USAGE = 4
# In columns: a line that repeats what was given cuts a long word.
_LONGEST, _LONG_WORD = 1010, 200
# Nothing of the folder above, and no plugin that costs time or changes the process. The assertions are in this file.
_ALONE: tuple[str, ...] = (
    "-c",
    "/dev/null",
    "--rootdir=.",
    "-s",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
    "--assert=plain",
)
# At the end of a run this one walks five times through all objects of a worker, where they are those of all tests.
_ALONE += ("-p", "no:unraisableexception")


@dataclass(frozen=True, slots=True)
class Answer:
    """The exit code, and what was printed."""

    code: int
    out: str
    err: str

    def assert_refused(self, line: str, code: int = USAGE) -> None:
        """Assert that the input was refused in this one line, in which `*` stands for any text."""
        lines = [one for one in self.err.splitlines() if one]
        assert (self.code, len(lines)) == (code, 1), f"{self.err}{self.out}"
        assert matches_any(lines[0].removeprefix("ERROR: "), [line]), f"\nexpected {line}\nactual   {lines[0]}"
        assert self.err.removesuffix("\n").strip("\n").isprintable()
        assert len(lines[0]) <= _LONGEST
        assert "Traceback" not in self.out


def of_pytest(*arguments: str) -> Answer:
    """The answer of `pytest ..`."""
    return _answer(lambda: int(pytest.main([*_ALONE, *arguments], plugins=[plugin])))


def of_suite(*options: str, model: str = MODEL) -> Answer:
    """The answer of `pytest llm-conformance --llm-impl=.. ..`."""
    return of_pytest("llm-conformance", f"--llm-impl={model}", *options)


def of_command(*arguments: str) -> Answer:
    """The answer of `python -m llm_conformance ..`."""
    return _answer(lambda: main(arguments))


def shown(text: str) -> str:
    """The text as a line repeats it: escaped, and without the middle of a long one."""
    return f"{text[:40]}*\u2026*{text[-20:]}" if len(text) >= _LONG_WORD else repr(text)[1:-1]


def _answer(run: Callable[[], int]) -> Answer:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run()
    return Answer(code, out.getvalue(), err.getvalue())
