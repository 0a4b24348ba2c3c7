from __future__ import annotations

import pytest

from plugin.bench import Bench, impls

GOOD = impls("Conformant")
KNOWN = impls("OpenAI", module="langchain_openai")
WRONG = {
    "no colon": (["--llm-impl=llms.Conformant"], "*expected MODULE:OBJECT*; did you mean llms:Conformant?"),
    "empty": (["--llm-impl="], "*expected MODULE:OBJECT*"),
    "no implementation": ([], "*no implementation given; add --llm-impl=MODULE:OBJECT"),
    "bad JSON": ([*GOOD, "--llm-kwargs={"], "*--llm-kwargs: not JSON: *"),
    "no object": ([*GOOD, '--llm-kwargs="sk-secret"'], "*expected a JSON object * got a string"),
    "no such file": ([*GOOD, "--llm-kwargs=@nowhere.json"], "*--llm-kwargs=@nowhere.json: cannot be read: *"),
    "gate": ([*GOOD, "--llm-gate=may"], "*--llm-gate=may: expected must, should, fit:*"),
    "no profile": ([*GOOD, "--llm-profile=nowhere.toml"], "*nowhere.toml: cannot be read: *"),
    "profile key": ([*GOOD, "--llm-profile=claims.toml"], "*unknown key 'stream'; did you mean streams?"),
    "profile table": ([*GOOD, "--llm-profile=other.toml"], "*'llms:Other' is not a table"),
    "wire": ([*GOOD, "--llm-wire=openai-completion"], "*unknown wire format; did you mean openai-completions?*"),
    "wire without url": ([*GOOD, "--llm-wire=openai-completions"], "*its arguments do not contain {url}*"),
    "url without wire": (
        [*GOOD, '--llm-kwargs={"a": ["{url}"]}'],
        "*; add --llm-wire=FORMAT, one of openai-completions, *",
    ),
    "profile wire": ([*GOOD, "--llm-profile=wire.toml"], "*wire = 'tgy': unknown wire format; did you mean tgi?"),
    "url for no wire": (
        [*KNOWN, "--llm-wire=none", '--llm-kwargs={"base_url": "{url}"}'],
        "*; add --llm-wire=FORMAT, one of *",
    ),
    "real url for a wire": (
        [*KNOWN, "--llm-wire=tgi", '--llm-kwargs={"base_url": "x"}'],
        "*its arguments do not contain {url}*",
    ),
    "report ending": ([*GOOD, "--llm-report=run.htm"], "*or github; did you mean run.html*"),
    "misspelt effort": (
        [*GOOD, "--llm-effort=deeep"],
        "*--llm-effort=deeep: expected quick, ci, deep; did you mean deep?",
    ),
    "spec": ([*GOOD, "--llm-spec=2026"], "*--llm-spec=2026: expected 2026.12"),
    "report name": ([*GOOD, "--llm-report=run.txt"], "*--llm-report=run.txt: expected a file name that ends in *"),
    "report folder": ([*GOOD, "--llm-report=nowhere/run.json"], "*the folder *nowhere does not exist"),
    "report is a folder": ([*GOOD, "--llm-report=folder.json"], "*a folder has that name"),
    "timeout": ([*GOOD, "-o", "llm_timeout=soon"], "*llm_timeout: expected a number of seconds above 0, *, got 'soon'"),
    "effort": ([*GOOD, "--llm-effort=much"], "*--llm-effort=much: expected quick, ci, deep"),
    "no time": ([*GOOD, "-o", "llm_timeout=0"], "*llm_timeout: expected a number of seconds above 0, *, got '0'"),
}
DEEP = 100_000
HOSTILE = {
    "deep JSON": (
        [*GOOD, "--llm-kwargs=@deep.json"],
        "*--llm-kwargs=@deep.json: it is nested more than 100 levels deep*",
    ),
    "a deep option": ([*GOOD, f"--llm-kwargs={'[' * 150}{']' * 150}"], "*--llm-kwargs: it is nested more than 100 *"),
    "deep profile": ([*GOOD, "--llm-profile=deep.toml"], "*deep.toml: it is nested more than 100 levels deep"),
    "dotted profile": ([*GOOD, "--llm-profile=dotted.toml"], "*dotted.toml: it is nested more than 100 levels deep"),
    "deep deviations": ([*GOOD, "--llm-deviations=deep.toml"], "*deep.toml: it is nested more than 100 levels deep"),
    "a long number": ([*GOOD, "--llm-profile=long.toml"], "*long.toml: it has a number of more than 4300 digits"),
    "a long number in JSON": (
        [*GOOD, f"--llm-kwargs={'9' * 5000}"],
        "*--llm-kwargs: it has a number of more than 4300 digits*",
    ),
    "a null character": ([*GOOD, "--llm-kwargs=@a\0.json"], "*--llm-kwargs=@a\\x00.json: cannot be read: *"),
    "a long name": ([*GOOD, f"--llm-report={'x' * 300}.json"], "*File name too long; choose another name"),
    "an eternity": ([*GOOD, "-o", "llm_timeout=9.3e9"], "*llm_timeout: *at most a year, got '9.3e9'"),
    "control characters": (
        [*GOOD, "--llm-gate=\x1b[2Kconformant\r"],
        "*--llm-gate=\\x1b[[]2Kconformant\\r: expected *",
    ),
    "a deep value": ([*GOOD, "--llm-profile=nested.toml"], "*nested.toml: streams must be true or false, got *"),
}
NODES = {
    "check": ("llms:Conformant::stream::conact", "*unknown check 'stream.conact'; did you mean stream::concat*"),
    "group": ("llms:Conformant::streem", "*unknown check 'streem'; did you mean *stream*"),
    "check of adapters": ("llms:Conformant::wire::golden", "*need a simulated provider; add --llm-wire=FORMAT"),
    "end of a group": (
        "llms:Conformant::stream::",
        "*after '::'; did you mean llm-conformance::llms:Conformant::stream?",
    ),
    "end of a subject": ("llms:Conformant::", "*after '::'; did you mean llm-conformance::llms:Conformant?"),
    "end of the suite": ("", "llm-conformance::: expected a name after '::'; did you mean llm-conformance?"),
    "subject": (
        "llms:Missing::stream::concat",
        "*this run does not have the subject 'llms:Missing'; add --llm-impl=llms:Missing",
    ),
}


@pytest.mark.parametrize(("arguments", "line"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_refused_in_one_line(bench: Bench, arguments: list[str], line: str) -> None:
    (bench.folder / "claims.toml").write_text("stream = true\n", encoding="utf-8")
    (bench.folder / "wire.toml").write_text('wire = "tgy"\n', encoding="utf-8")
    (bench.folder / "other.toml").write_text('"llms:Other" = true\n', encoding="utf-8")
    (bench.folder / "folder.json").mkdir()

    result = bench("llm-conformance", *arguments)

    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {line}"])
    assert len([text for text in result.errlines if text]) == 1
    assert "sk-secret" not in result.stderr.str()


@pytest.mark.parametrize(("arguments", "line"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_refused_in_one_line(bench: Bench, arguments: list[str], line: str) -> None:
    (bench.folder / "deep.json").write_text("[" * DEEP + "]" * DEEP, encoding="utf-8")
    (bench.folder / "deep.toml").write_text("kwargs = " + "[" * DEEP + "]" * DEEP, encoding="utf-8")
    # The reader needs time in proportion to the square; this is three times as deep as a stack.
    (bench.folder / "dotted.toml").write_text(".".join(["a"] * 3_000) + " = 1", encoding="utf-8")
    (bench.folder / "nested.toml").write_text("streams = " + "[" * 90 + "]" * 90, encoding="utf-8")
    (bench.folder / "long.toml").write_text(f"streams = {'9' * 5000}", encoding="utf-8")

    result = bench("llm-conformance", *arguments)

    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {line}"])
    assert len([text for text in result.errlines if text]) == 1


@pytest.mark.parametrize("error", ["BaseException()", "GeneratorExit()", "asyncio.CancelledError()"])
def test_what_a_module_raises_on_import_is_a_finding_about_it(bench: Bench, error: str) -> None:
    bench.pytester.makepyfile(bad=f"import asyncio\n\nraise {error}\n")

    result = bench("llm-conformance", "--llm-impl=bad:Model")

    assert result.ret == 1
    result.stdout.fnmatch_lines([f"*importing 'bad' raised {error.rpartition('.')[2][:-2]}*"])


@pytest.mark.parametrize(("node", "line"), NODES.values(), ids=NODES)
def test_a_wrong_node_id_is_refused_in_one_line(bench: Bench, node: str, line: str) -> None:
    result = bench(f"llm-conformance::{node}", *GOOD)

    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {line}"])
    assert len([text for text in result.errlines if text]) == 1


def test_the_page_about_control_is_printed(bench: Bench) -> None:
    result = bench("--llm-explain=control")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["# Controlled models", "*script.play(prompt, stop)*"])


def test_an_unknown_check_to_explain_is_refused_with_the_nearest(bench: Bench) -> None:
    result = bench("--llm-explain=stream.conact")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --llm-explain=stream.conact: unknown id; did you mean stream.concat*"])


def test_wrong_use_is_refused_in_one_line_before_any_worker_starts(bench: Bench) -> None:
    result = bench("llm-conformance", *GOOD, "--llm-gate=may", "-n", "2")

    assert result.ret == 4
    assert len([text for text in result.errlines if text]) == 1


def test_a_report_that_cannot_be_written_is_reported_in_one_line(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        from pathlib import Path

        def pytest_runtest_teardown():
            Path("run.json").unlink()
            Path("run.json").mkdir()
        """
    )

    result = bench("llm-conformance", *GOOD, "-k", "concat", "--llm-report=run.json")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--llm-report=*run.json: cannot be written: Is a directory"])
