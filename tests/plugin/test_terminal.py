"""The terminal output: short, escaped, and enough to reproduce the finding."""

from __future__ import annotations

import base64
import json
import os
import shlex
import sys
import unicodedata
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import SCENARIOS
from plugin.bench import ONE, Bench, Run, Starter, impls

ALONE = "llm-conformance"
UNPRINTABLE = impls("Control", "Wide", "RaisesWhenMade", module="unprintable")
HOSTILE = impls("Leaks", "LeaksWhenMade", "Recurses", module="hostile")
KEY = "sk-given-on-the-command-line"
NESTED = "Bearer of a nested secret"
OTHER = "key-of-the-environment"
X_API, PASSWORD, SIGNATURE, NUMBER = "in-a-header", "in-the-url-1", "signed-in-the-url", 987654321
LINES = 20
WIDTH = 130


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


def findings(out: str) -> list[list[str]]:
    """The lines of each finding, from its level to its rerun command."""
    found: list[list[str]] = []
    for line in out.splitlines():
        if line.startswith(("MUST ", "SHOULD ")):
            found.append([])
        if found and not (found[-1] and found[-1][-1].startswith("  rerun ")):
            found[-1].append(line)
    return found


@pytest.fixture(scope="module")
def hostile(started: Starter) -> Run:
    headers = {"Authorization": NESTED, "X-Api": X_API, "Accept": "text/plain"}
    kwargs = {
        "api_key": KEY,
        "headers": headers,
        "url": f"https://u:{PASSWORD}@host/?sig={SIGNATURE}",
        "pin_key": NUMBER,
    }
    reports = [f"--llm-report={name}" for name in ("run.json", "run.md", "run.html", "run.ctrf.json", "findings/")]
    options = [*reports, "--junit-xml=run.xml", f"--llm-kwargs={json.dumps(kwargs)}"]
    return started(ALONE, "-p", "no:asyncio", *UNPRINTABLE, *HOSTILE, *options, ACME_API_KEY=OTHER)


def test_a_section_has_a_header_a_sample_a_line_per_group_and_a_summary(bench: Bench) -> None:
    result = bench(ALONE, *impls("Conformant"))

    result.stdout.fnmatch_lines(
        [
            "*= llm-conformance =*",
            "llms:Conformant (class, kind: llm, control: blackbox, profile: none)",
            "  python *, pytest-llm-conformance *",
            "  stream()      9 chunks  Write| me| a| *",
            "  astream()     9 chunks  Write| me| a| *",
            "",
            "  invoke       4/4 · *",
            "  events      23/23 · *",
            "",
            "* not testable without a scripted model (--llm-explain=control): invoke 1,*",
            "   this model can be paused only between the chunks of *",
            "* checks of adapters are not in this run; *",
            "conformant: must */*, should */*, * not testable*",
            "*= * passed, *",
        ]
    )


def test_durations_names_the_scenarios(bench: Bench) -> None:
    result = bench(ALONE, *impls("Conformant"), "-k", "stream.concat", "--durations=2", "--durations-min=0")

    lines = result.outlines
    start = next(number for number, line in enumerate(lines) if "slowest scenarios" in line)
    named = [line for line in lines[start + 1 :] if line.endswith(" of llms:Conformant")]
    seconds = [float(line.partition("s ")[0]) for line in named]
    assert len(named) == 2
    assert seconds == sorted(seconds, reverse=True)
    assert {line.split()[1] for line in named} <= SCENARIOS.keys()


def test_no_scenario_is_named_without_durations(bench: Bench) -> None:
    assert "slowest" not in str(bench(ALONE, *impls("Conformant"), "-k", "stream.concat").stdout)


def test_a_finding_has_the_rule_both_sides_and_the_first_difference(bench: Bench) -> None:
    result = bench(ALONE, *impls("Forgetful"), *ONE)

    result.stdout.fnmatch_lines(
        [
            "MUST stream.concat (STREAM-001): The chunks of `stream()`, joined, are the text",
            "  that `invoke()` returns.",
            "  invoke()   Write me a 1 verse song about sparkling water.",
            "  stream()    me| a| 1| verse| song| about| sparkling| water.",
            "             ^ first difference at character 0",
            "  hint       the beginning of the answer is missing: a chunk is read, for a peek",
            "             or a retry, and not yielded",
            "  code       text-differs",
            "  rerun      pytest llm-conformance::llms:Forgetful::stream::concat --llm-impl=llms:Forgetful",
        ],
        consecutive=True,
    )


def test_a_finding_has_twenty_lines_at_most(hostile: Run) -> None:
    shown = findings(hostile.out)

    assert len(shown) >= 4
    assert [one for one in shown if len(one) > LINES] == []


def test_the_lines_of_a_finding_are_cut(hostile: Run) -> None:
    lines = [
        line for one in findings(hostile.out) for line in one if not line.startswith(("  rerun", "MUST", "SHOULD"))
    ]

    assert [line for line in lines if columns(line) > WIDTH] == []


def test_the_mark_is_below_the_first_difference(hostile: Run) -> None:
    wide = next(one for one in findings(hostile.out) if "語語語" in "".join(one))
    start = next(index for index, line in enumerate(wide) if line.startswith(("  expected", "  invoke()")))
    expected, actual, mark = wide[start : start + 3]

    assert actual[columns(mark[: mark.index("^")]) :].startswith("漢字0🙂")
    assert expected[columns(mark[: mark.index("^")]) :].startswith("語")


def test_a_deep_recursion_shows_some_of_its_frames(hostile: Run) -> None:
    recursion = next(one for one in findings(hostile.out) if "RecursionError" in "".join(one))

    assert sum("hostile.py" in line for line in recursion) in {2, 3}


def test_control_characters_are_escaped(hostile: Run) -> None:
    raw = {one for one in hostile.out if not one.isprintable()} - {"\n"}

    assert raw == set()
    assert "\\x1b[31mred\\x1b[0m" in hostile.out
    assert "\\u202e" in hostile.out
    assert "raised ValueError: no licence \\x1b[31mred" in hostile.out


def test_control_characters_in_a_reason_are_escaped(started: Starter) -> None:
    run = started(ALONE, *impls("RefusesStop", module="unprintable"), "-p", "no:asyncio", "-rA", "-vv", "-k", "stop")

    assert {one for one in run.out if not one.isprintable()} == {"\n"}
    assert "no stop here \\x1b[31mred" in run.out.replace("\n", " ")


@pytest.mark.parametrize(
    "secret", [KEY, OTHER, NESTED, X_API, PASSWORD, SIGNATURE, str(NUMBER), base64.b64encode(KEY.encode()).decode()]
)
def test_a_secret_is_shown_nowhere(hostile: Run, secret: str) -> None:
    assert "refused: ***, *** and ***" in hostile.out
    assert "given: *** and https://u:***@host/?sig=***, ***, ***" in hostile.out
    assert '"Authorization": "***", "X-Api": "***", "Accept": "text/plain"' in hostile.out
    assert '"url": "https://u:***@host/?sig=***", "pin_key": "***"' in hostile.out
    assert secret not in hostile.out
    reports = [*hostile.folder.glob("run.*"), *hostile.folder.glob("findings/*")]
    assert len(reports) > 7
    for report in reports:
        assert secret not in report.read_text(encoding="utf-8"), report.name


def test_the_output_of_a_model_is_captured(bench: Bench) -> None:
    result = bench(ALONE, *impls("Talkative"), *ONE)

    assert result.ret == 0
    assert "printed to the terminal" not in result.stdout.str()


def test_the_output_of_a_model_that_fails_is_escaped(bench: Bench) -> None:
    bench.pytester.makepyfile(
        loud="""
        from llm_reference import EchoLLM, GenerationChunk

        class Loud(EchoLLM):
            def _stream(self, *args, **kwargs):
                print("one\\n\\x1b]8;;http://x\\x1b\\\\two\\u202e")
                yield GenerationChunk(text="another answer")
        """
    )

    out = bench(
        ALONE, *impls("Loud", module="loud"), *ONE, "--junit-xml=run.xml", "-o", "junit_logging=all"
    ).stdout.str()

    assert "\none\n\\x1b]8;;http://x\\x1b\\two\\u202e\n" in out
    assert {one for one in out if not one.isprintable()} == {"\n"}


def test_the_colour_shows_the_outcome(bench: Bench) -> None:
    good = bench(ALONE, *impls("Conformant"), "--color=yes", *ONE).stdout.str()
    bad = bench(ALONE, *impls("Forgetful"), "--color=yes", *ONE).stdout.str()
    none = bench(ALONE, *impls("Conformant"), "--color=yes", "-k", "exact").stdout.str()

    assert "\x1b[32mpartial: " in good
    assert "\x1b[31mpartial: " in bad
    assert "\x1b[33mno verdict: " in none


REPEATED = {
    "plain": impls("Forgetful"),
    "gate": [*impls("Unstoppable"), "--llm-gate=should"],
    "profile": [*impls("Conformant"), "--llm-profile=some claims.toml"],
    "arguments": [*impls("Wants"), '--llm-kwargs={"mark": "it\'s ", "times": 9}', "--llm-profile=some claims.toml"],
    "ini": [*impls("Hangs", module="plain"), "-o", "llm_timeout=0.5"],
    "rootdir": [*impls("Conformant"), "--rootdir=elsewhere"],
}


# Two of the forms while one waits, and all of them in the gate.
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(one, id=name, marks=[] if name in {"gate", "arguments"} else [pytest.mark.matrix])
        for name, one in REPEATED.items()
    ],
)
def test_the_rerun_command_reproduces_the_finding(started: Starter, arguments: list[str]) -> None:
    (started.folder / "some claims.toml").write_text("streams = false\n", encoding="utf-8")
    (started.folder / "elsewhere").mkdir(exist_ok=True)
    claim = "[tool.llm-conformance]\nstreams = false\n"
    (started.folder / "elsewhere" / "pyproject.toml").write_text(claim, encoding="utf-8")
    some = ["-k", "concat or stop.cuts or one-chunk or invoke.completes"]
    first = started(ALONE, *arguments, *some, "-p", "no:asyncio")
    (finding,) = findings(first.out)
    command = finding[-1].removeprefix("  rerun      ")

    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    again = started.execute(["sh", "-c", command], PATH=path, PYTEST_ADDOPTS="-p no:asyncio")

    assert first.code == again.code == 1
    assert findings(again.out) == [finding]
    assert "1 failed" in again.out.splitlines()[-1]
    assert shlex.split(command)[0] == "pytest"
