"""The arguments of `python -m llm_conformance`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bad_input.answer import of_command, shown
from bad_input.small_run import small_run

US = "python -m llm_conformance"
ARGUMENTS: dict[tuple[str, ...], str] = {
    (): f"{US}: the following arguments are required: command; see {US} --help",
    ("jugde",): f"{US}: argument command: invalid choice: 'jugde' (choose from *record*); see {US} --help",
    ("\x1b[2J",): f"{US}: argument command: invalid choice: '\\x1b[2J' (choose from *); see {US} --help",
    ("x" * 5000,): f"{US}: argument command: invalid choice: 'xxx*\u2026xxx*' (choose from *); see {US} --help",
    ("judge",): f"{US} judge: the following arguments are required: RUN.json; see {US} judge --help",
    ("judge", "run.json", "run.json"): f"{US}: unrecognized arguments: run.json; see {US} --help",
    ("judge", "run.json", "--nope"): f"{US}: unrecognized arguments: --nope; see {US} --help",
    ("judge", "run.json", "--\x1b[31m"): f"{US}: unrecognized arguments: --\\x1b[31m; see {US} --help",
    ("judge", "run.json", "a\nb"): f"{US}: unrecognized arguments: a\\nb; see {US} --help",
    ("judge", "run.json", "\u202e"): f"{US}: unrecognized arguments: \\u202e; see {US} --help",
    ("judge", "run.json", "--gate"): f"{US} judge: argument --llm-gate/--gate: expected one argument; see *",
    ("judge", "run.json", "--gate="): "--llm-gate=: expected must, should, *, got ''",
    ("judge", "run.json", "--gate=may"): "--llm-gate=may: expected must, should, *, got 'may'",
    ("judge", "run.json", "--gate=\x1b"): "--llm-gate=\\x1b: expected must, should, *, got '\\x1b'",
    ("report", "run.json", "a.md", "--gate="): "--llm-gate=: expected must, should, *, got ''",
    ("report", "run.json", "a.md", "--gate=fit:x"): "--llm-gate=fit:x: expected must, *, got 'fit:x'",
    ("report", "run.json"): f"{US} report: the following arguments are required: TARGET; see {US} report --help",
    ("badge", "run.json"): f"{US} badge: the following arguments are required: BADGE.svg; see {US} badge --help",
    ("badge", "several.json", "a.svg"): "several.json: expected one subject, got 2",
    ("badge", "interrupted.json", "a.svg"): "interrupted.json: expected a whole run, got one that was interrupted",
    ("compare", "run.json"): f"{US} compare: the following arguments are required: NEW.json; see *",
    ("merge", "run.json"): f"{US} merge: the following arguments are required: -o/--output; see {US} merge --help",
    ("merge", "-o", "x.json"): f"{US} merge: the following arguments are required: RUN.json; see {US} merge --help",
    (
        "merge",
        "run.json",
        "run.json",
        "-o",
        "m.json",
    ): "run.json: acme:Model is in run.json, too, with the same options",
    ("merge", "run.json", "gated.json", "-o", "m.json"): "gated.json: its gate is 'should', and that of run.json is *",
    ("contract", "x"): f"{US}: unrecognized arguments: x; see {US} --help",
    ("faults", "x"): f"{US}: unrecognized arguments: x; see {US} --help",
}
FILES = {
    "": ".: cannot be read: Is a directory",
    "nowhere.json": "nowhere.json: cannot be read: No such file or directory",
    "folder": "folder: cannot be read: Is a directory",
    "run.json/x": "run.json/x: cannot be read: Not a directory",
    "\x1b.json": "\\x1b.json: cannot be read: No such file or directory",
    "x" * 300: "xxx*: cannot be read: File name too long",
    "a\0b": "a\\x00b: not JSON: embedded null byte",
    "empty": "empty: not JSON: Expecting value: line 1 column 1 (char 0)",
    "latin-1": "latin-1: not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
}
READERS: dict[str, tuple[str, ...]] = {
    "judge": ("judge", "FILE"),
    "report": ("report", "FILE", "a.md"),
    "badge": ("badge", "FILE", "a.svg"),
    "compare old": ("compare", "FILE", "run.json"),
    "compare new": ("compare", "run.json", "FILE"),
    "merge": ("merge", "run.json", "FILE", "-o", "m.json"),
}


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "folder").mkdir()
    (folder / "empty").touch()
    (folder / "latin-1").write_bytes(b"\xff")
    run = small_run()
    several = {**run, "subjects": run["subjects"] * 2, "footer": {**run["footer"], "subjects": 2}}
    runs = {
        "run": run,
        "several": several,
        "interrupted": {**run, "footer": {**run["footer"], "interrupted": True}},
        "gated": {**run, "header": {**run["header"], "gate": "should"}},
    }
    for name, document in runs.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: f"{' '.join(arguments):.40}")
def test_wrong_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    of_command(*arguments).assert_refused(ARGUMENTS[arguments])


@pytest.mark.parametrize("name", FILES, ids=lambda name: f"{name:.20}")
@pytest.mark.parametrize("reader", READERS)
def test_a_file_that_cannot_be_read_is_refused(reader: str, name: str) -> None:
    of_command(*[name if one == "FILE" else one for one in READERS[reader]]).assert_refused(FILES[name])


@pytest.mark.parametrize("name", ["record", "serve", "export-golden"])
def test_an_unknown_option_is_refused(name: str) -> None:
    required = ["--format=tgi", "--url=http://127.0.0.1:9", "--prompt=p", "--name=n"] if name == "record" else []
    folder = ["out"] if name == "export-golden" else []
    line = f"{US}: unrecognized arguments: --\\x1bnope=1; see {US} --help"

    of_command(name, *required, *folder, "--\x1bnope=1").assert_refused(line)
    assert shown("--\x1bnope=1") in line
