from __future__ import annotations

from pathlib import Path

import pytest

from bad_input.answer import of_pytest, of_suite, shown

LONG = "9" * 5000
GATES = "must, should, fit:token-ui, fit:pipeline, fit:agent-loop, fit:cost-control or fit:concurrency"
FORMATS = (
    "openai-completions, openai-chat, openai-responses, anthropic-messages, gemini, ollama-generate, ollama-chat, tgi"
)
SECONDS = ("", "0", "-0", "-1", "nan", "inf", "-inf", "1e400", "1e-400", "9.3e9", "soon", "1,5", "10s", LONG, "\x1b")
# By option, what is refused with the same words. In the line {0} is the value.
VALUES: dict[str, tuple[str, tuple[str, ...]]] = {
    "--llm-gate={}": (
        f"--llm-gate={{0}}: expected {GATES}, got '{{0}}'",
        ("", "may", "always", "\x1b[2Kconformant\r", "\n", "\u202e", "\ud800", LONG),
    ),
    "--llm-effort={}": (
        "--llm-effort={0}: expected quick, ci, deep",
        ("", "much", "1", "\x1b", "\n", "high", LONG),
    ),
    "--llm-spec={}": (
        "--llm-spec={0}: expected 2026.12",
        ("2026", "2026.13", "latest", "2026.12.1", " ", "\x1b[31m", LONG),
    ),
    "--llm-call-budget={}": (
        "--llm-call-budget: expected a number of calls from 1 to 999999999, got '{0}'",
        (
            "",
            "0",
            "-1",
            "1.5",
            "1e3",
            "inf",
            "nan",
            "ten",
            "1_000",
            "+5",
            "\u0663",
            "9" * 10,
            LONG,
            " 5",
            "0x10",
            "\x1b",
        ),
    ),
    "--llm-time-budget={}": (
        "--llm-time-budget: expected a number of seconds above 0, at most a year, got '{0}'",
        SECONDS,
    ),
    "llm_timeout={}": ("llm_timeout: expected a number of seconds above 0, at most a year, got '{0}'", SECONDS),
    "--llm-wire={}": (
        f"--llm-wire={{0}}: unknown wire format; the formats are {FORMATS}",
        ("", "\x1b", "\n", "http", LONG),
    ),
    "--llm-list={}": (
        "--llm-list={0}: expected json, or nothing behind the option",
        ("xml", "JSON", "", "\x1b[2J", "json\n", LONG),
    ),
    "--llm-explain={}": (
        "--llm-explain={0}: unknown id; --llm-list lists all checks",
        ("\x1b[2J", "a\nb", "\u202e", LONG),
    ),
}
ROWS = [(option, value, line) for option, (line, values) in VALUES.items() for value in values]
# What is refused with the names that were meant.
NEAR = {
    "--llm-effort=deeep": "--llm-effort=deeep: expected quick, ci, deep; did you mean deep?",
    "--llm-report=run.htm": "--llm-report=run.htm: expected a file name *, or github; did you mean run.html*?",
    "--llm-effort=QUICK": "--llm-effort=QUICK: expected quick, ci, deep; did you mean quick?",
    "--llm-effort=ci\r": "--llm-effort=ci\\r: expected quick, ci, deep; did you mean ci?",
    "--llm-gate=must,": "*, got ''",
    "--llm-gate=MUST": "*, got 'MUST'; did you mean must?",
    "--llm-gate=must;should": "*, got 'must;should'; did you mean *should*?",
    "--llm-gate=fit:": "*, got 'fit:'; did you mean fit:*?",
    "--llm-gate=must,fit:pipelin": "*, got 'fit:pipelin'; did you mean fit:pipeline*?",
    "--llm-wire=openai": "*; did you mean openai-*?",
    "--llm-wire=OpenAI-Chat": "*; did you mean openai-chat?",
    "--llm-wire=tgy": "*; did you mean tgi?",
    "--llm-wire=none,tgi": "*; did you mean *none*?",
    "--llm-wire=tgi": "--llm-impl=llm_reference:EchoLLM: its arguments do not contain {url}, *",
    "--llm-explain=stream.conact": "*: unknown id; did you mean stream.concat*?",
    "--llm-explain=stream.": "*: unknown id; did you mean *stream*?",
    "--llm-explain=STREAM-999": "*: unknown id; did you mean STREAM-*",
    "--llm-explain=wire.cut[nope]": "*: unknown id; did you mean *wire*?",
}
TAKEN = "__snapshots__ is for the snapshots of tests"
FOLDERS = {
    "__snapshots__": TAKEN,
    "accepted/__snapshots__/models": TAKEN,
    "file": "a file has that name",
    "a\0b": "no folder can have that name: embedded null byte",
    "x" * 300: "File name too long",
}


@pytest.mark.parametrize(("option", "value", "line"), ROWS, ids=[f"{option}-{value:.20}" for option, value, _ in ROWS])
def test_a_wrong_value_is_refused(option: str, value: str, line: str) -> None:
    given = option.format(value)
    ini = ["-o", given] if given.startswith("llm_") else [given]
    answer = of_pytest(*ini) if given.startswith(("--llm-list", "--llm-explain")) else of_suite(*ini)

    answer.assert_refused(line.format(shown(value)))


@pytest.mark.parametrize(("option", "line"), NEAR.items(), ids=NEAR)
def test_the_nearest_value_is_proposed(option: str, line: str) -> None:
    of_suite(option).assert_refused(line)


@pytest.mark.parametrize("name", FOLDERS, ids=lambda name: f"{name:.40}")
def test_a_folder_that_cannot_have_snapshots_is_refused(name: str, folder: Path) -> None:
    (folder / "file").touch()

    of_suite("-o", f"llm_snapshot_dir={name}").assert_refused(
        f"llm_snapshot_dir: *: {FOLDERS[name]}; choose another folder"
    )


@pytest.mark.parametrize("option", ["", "::a:B", "::a:B::stream"])
def test_a_run_without_a_model_is_refused(option: str) -> None:
    model = option.split("::")[1] if option else "MODULE:OBJECT"
    line = f"llm-conformance: no implementation given; add --llm-impl={model}"

    of_pytest(f"llm-conformance{option}").assert_refused(line)
