from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bad_input.answer import of_command
from bad_input.small_run import small_run

GONE = object()
INF, NAN = float("inf"), float("nan")
S = ("subjects", 0)
I, O, V = (*S, "subject"), (*S, "observations"), (*S, "verdicts", 0)  # noqa: E741 - short, as the rows are long
UNENDED = "not a whole run: it has no footer: it is under way, or it stopped before its end"
COUNT = "not a whole run: it has a footer with another number of subjects"
INTERRUPTED = "its footer does not say whether the run was interrupted; record it again"
GATE = "its gate: expected must, should, fit:*"
FIELDS = "records: expected an object of lists of names, got *"
NUMBER = "expected a number from 0 to 1e+12"
KINDS = "the kinds are reply, stream, events, *"
# A part of the file, what is there instead, and the line.
EDITS: tuple[tuple[tuple[str | int, ...], Any, str], ...] = (
    (("header",), GONE, "not a saved run: it has no header"),
    (("header",), [], "not a saved run: it has no header"),
    (("header", "format"), GONE, "format None; this version reads format 4; record it again"),
    (("header", "format"), 3, "format 3; this version reads format 4; record it again"),
    (("header", "format"), "4", "format '4'; this version reads format 4; record it again"),
    (("header", "format"), "\x1b[2J", "format '\\x1b[2J'; this version reads format 4; record it again"),
    (("header", "format"), NAN, "format nan; this version reads format 4; record it again"),
    (("header", "format"), 5, "format 5; this version reads format 4; judge it with the version that wrote it"),
    (("header", "format"), 10**3000, "format 1*\u2026*0; this version reads format 4; judge it with the version *"),
    (("header", "gate"), "may", f"{GATE}, got 'may'"),
    (("header", "gate"), 1, f"{GATE}, got '1'"),
    (("header", "gate"), "\x1b[2Jconformant", f"{GATE}, got '\\x1b[2Jconformant'"),
    (("header", "date"), "yesterday", "its date: expected a day such as 2026-11-29, got 'yesterday'"),
    (("header", "date"), 20261129, "its date: expected a day such as 2026-11-29, got 20261129"),
    (("header", "records"), GONE, "it lacks 'records'; record it again"),
    (("header", "records"), [], FIELDS),
    (("header", "records"), {}, "it was recorded without Deviation.check; record it again"),
    (("header", "records", "Value"), 3, FIELDS),
    (("header", "records", "Value"), [1], FIELDS),
    (("header", "records", "Value"), None, FIELDS),
    (("header", "records", "SubjectInfo"), ["spec"], "it was recorded without SubjectInfo.kind; record it again"),
    (("subjects",), GONE, UNENDED),
    (("subjects",), {}, UNENDED),
    (("subjects",), [], COUNT),
    (("subjects",), [1], "subjects: expected an object, got 1"),
    (S, None, "subjects: expected an object, got None"),
    (S, [], "subjects: expected an object, got []"),
    (("footer",), GONE, UNENDED),
    (("footer",), [], UNENDED),
    (("footer", "subjects"), 2, COUNT),
    (("footer", "subjects"), "1", COUNT),
    (("footer", "interrupted"), GONE, INTERRUPTED),
    (("footer", "interrupted"), "no", INTERRUPTED),
    (("footer", "interrupted"), 0, INTERRUPTED),
    (I, GONE, "it lacks 'subject'; record it again"),
    (I, [], "not a subjectinfo: dict expected, got []"),
    ((*I, "spec"), GONE, "not a subjectinfo: SubjectInfo lacks spec"),
    ((*I, "spec"), 1, "not a subjectinfo: str expected, got 1"),
    ((*I, "spec"), {"codepoints": [-1]}, "not a subjectinfo: code points of a text expected, got [-1]"),
    ((*I, "spec"), {"codepoints": [10**30]}, "not a subjectinfo: code points of a text expected, got [1*]"),
    ((*I, "spec"), {"codepoints": "a"}, "not a subjectinfo: code points of a text expected, got 'a'"),
    ((*I, "kind"), "robot", "not a subjectinfo: llm, chat, chain, unknown expected, got 'robot'"),
    ((*I, "kind"), [], "not a subjectinfo: llm, chat, chain, unknown expected, got []"),
    ((*I, "control"), "magic", "not a subjectinfo: blackbox, script, wire expected, got 'magic'"),
    ((*I, "prompts"), ["a", "b"], "expected 3 prompts, got 2"),
    ((*I, "prompts"), "abc", "not a subjectinfo: list expected, got 'abc'"),
    ((*I, "prompts"), [1, 2, 3], "not a subjectinfo: str expected, got 1"),
    ((*I, "claims"), {"streams": []}, "not a subjectinfo: bool or str expected, got []"),
    ((*I, "versions"), [], "not a subjectinfo: dict expected, got []"),
    ((*I, "versions"), {"python": 3}, "not a subjectinfo: str expected, got 3"),
    ((*I, "deviations"), [{"check": 1}], "not a subjectinfo: str expected, got 1"),
    ((*I, "deviations", 0, "mode"), "x", "not a subjectinfo: fails, flaky, hangs expected, got 'x'"),
    ((*I, "tokens"), ["a"], "not a subjectinfo: list expected, got 'a'"),
    ((*I, "colour"), "red", "not a subjectinfo: SubjectInfo has no field 'colour'"),
    ((*I, "cached"), "yes", "not a subjectinfo: bool expected, got 'yes'"),
    (O, GONE, "it lacks 'observations'; record it again"),
    (O, [], "observations: expected an object, got []"),
    (O, "x", "observations: expected an object, got 'x'"),
    ((*O, "stream"), None, f"observation 'stream': an observation of kind None; {KINDS}"),
    ((*O, "stream"), [], f"observation 'stream': an observation of kind None; {KINDS}"),
    ((*O, "stream", "kind"), GONE, f"observation 'stream': an observation of kind None; {KINDS}"),
    ((*O, "stream", "kind"), "smoke", f"observation 'stream': an observation of kind 'smoke'; {KINDS}"),
    ((*O, "stream", "kind"), [], f"observation 'stream': an observation of kind []; {KINDS}"),
    ((*O, "stream", "kind"), "batch", "observation 'stream': not a batch: Batch has no field 'chunks'"),
    ((*O, "stream"), {"kind": "batch"}, "observation 'stream': expected a record of kind 'stream', got 'batch'"),
    ((*O, "stream", "chunks"), "abc", "observation 'stream': not a stream: list expected, got 'abc'"),
    ((*O, "stream", "chunks"), [1], "observation 'stream': not a stream: dict expected, got 1"),
    ((*O, "stream", "chunks"), [{"typ": 1}], "observation 'stream': not a stream: Value has no field 'typ'"),
    ((*O, "stream", "chunks"), [{"text": "a"}], "observation 'stream': not a stream: Value lacks type, base"),
    ((*O, "stream", "\x1b"), 1, "observation 'stream': not a stream: Stream has no field '\\x1b'"),
    ((*O, "astream"), {"same-as": ["observations", "no"]}, "a reference to ['observations', 'no'], which is not there"),
    ((*O, "astream"), {"same-as": ["observations"]}, "a reference to ['observations'], which contains it"),
    ((*O, "stream"), {"same-as": ["observations", "astream"]}, "a reference to *, which is not there"),
    ((*O, "astream"), {"same-as": [{}]}, "a reference to [{}], which is not there"),
    ((*S, "verdicts"), {}, "verdicts: expected an array, got {}"),
    ((*S, "verdicts"), ["passed"], "not a verdict: dict expected, got 'passed'"),
    (V, {}, "not a verdict: Verdict lacks check, level, clause, status"),
    ((*V, "status"), "fine", "not a verdict: passed, failed, *, harness error expected, got 'fine'"),
    ((*V, "level"), "maybe", "not a verdict: must, should, may expected, got 'maybe'"),
    ((*V, "check"), 1, "not a verdict: str expected, got 1"),
    ((*V, "findings"), [{}], "not a verdict: Finding lacks expected, actual, code"),
    ((*V, "findings"), "x", "not a verdict: list expected, got 'x'"),
    ((*S, "calls"), GONE, "it lacks 'calls'; record it again"),
    ((*S, "calls"), "many", f"calls: {NUMBER}, got 'many'"),
    ((*S, "calls"), -1, f"calls: {NUMBER}, got -1"),
    ((*S, "calls"), INF, f"calls: {NUMBER}, got inf"),
    ((*S, "calls"), NAN, f"calls: {NUMBER}, got nan"),
    ((*S, "calls"), True, f"calls: {NUMBER}, got True"),
    ((*S, "seconds"), GONE, "it lacks 'seconds'; record it again"),
    ((*S, "seconds"), INF, f"seconds: {NUMBER}, got inf"),
    ((*S, "seconds"), "1", f"seconds: {NUMBER}, got '1'"),
    ((*S, "arguments"), "x", "arguments: expected an array of texts, got 'x'"),
    ((*S, "arguments"), [1], "arguments: expected an array of texts, got [1]"),
    ((*S, "partial"), 1, "partial: expected a text, got 1"),
)
COMMANDS = {
    "judge": ("judge", "run.json"),
    "report": ("report", "run.json", "run.md"),
    "compare": ("compare", "run.json", "run.json"),
    "badge": ("badge", "run.json", "run.svg"),
    "merge": ("merge", "run.json", "-o", "merged.json"),
}
WHOLE = json.dumps(small_run(), indent=1)
# A place in every part of the file, before its last bracket.
CUTS = range(0, len(WHOLE) - 1, len(WHOLE) // 40)
DAMAGED = {
    "nothing": (b"", "run.json.gz: not JSON: Expecting value: line 1 column 1 (char 0)"),
    "plain": (WHOLE.encode(), "run.json.gz: *Not a gzipped file*"),
    "cut head": (gzip.compress(WHOLE.encode())[:5], "run.json.gz: not JSON: the compressed file is damaged: *"),
    "cut": (gzip.compress(WHOLE.encode())[:-20], "run.json.gz: not JSON: the compressed file is damaged: *"),
    "sum": (gzip.compress(WHOLE.encode())[:-8] + bytes(8), "run.json.gz: *"),
    "middle": (gzip.compress(WHOLE.encode())[:99] + bytes(50), "run.json.gz: not JSON: the compressed file is *"),
}


def write(path: tuple[str | int, ...], value: Any) -> None:
    document = part = small_run()
    for key in path[:-1]:
        part = part[key]
    if value is GONE:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    Path("run.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(("path", "value", "line"), EDITS, ids=[f"{n}-{row[0][-1]}" for n, row in enumerate(EDITS)])
def test_a_wrong_part_is_refused(path: tuple[str | int, ...], value: Any, line: str) -> None:
    write(path, value)

    of_command("judge", "run.json").assert_refused(
        f"acme:Model: {line}" if "ation 'st" in line else f"run.json: {line}"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_it(command: str) -> None:
    write((*S, "calls"), INF)

    of_command(*COMMANDS[command]).assert_refused(f"run.json: calls: {NUMBER}, got inf")


@pytest.mark.parametrize("cut", CUTS)
def test_a_run_that_is_cut_is_refused(cut: int) -> None:
    Path("run.json").write_text(WHOLE[:cut], encoding="utf-8")

    of_command("judge", "run.json").assert_refused("run.json: not JSON: *")


@pytest.mark.parametrize(("content", "line"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_compressed_run_is_refused(content: bytes, line: str) -> None:
    Path("run.json.gz").write_bytes(content)

    of_command("judge", "run.json.gz").assert_refused(line)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"header":' * 100_000, "9" * 5000, "\ufeff{}", "\0"], ids=len)
def test_what_is_no_json_is_refused(text: str) -> None:
    Path("run.json").write_text(text, encoding="utf-8")

    of_command("judge", "run.json").assert_refused("run.json: not JSON: *")
