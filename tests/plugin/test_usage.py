from __future__ import annotations

import pytest

from plugin.bench import Bench, impls

GOOD = impls("Conformant")
KNOWN = impls("OpenAI", module="langchain_openai")
# tests/bad_input has everything that is refused without a class of langchain.
WRONG = {
    "url for no wire": (
        [*KNOWN, "--llm-wire=none", '--llm-kwargs={"base_url": "{url}"}'],
        "*; add --llm-wire=FORMAT, one of *",
    ),
    "real url for a wire": (
        [*KNOWN, "--llm-wire=tgi", '--llm-kwargs={"base_url": "x"}'],
        "*its arguments do not contain {url}*",
    ),
}


@pytest.mark.parametrize(("arguments", "line"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_refused_in_one_line(bench: Bench, arguments: list[str], line: str) -> None:
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


def test_the_page_about_control_is_printed(bench: Bench) -> None:
    result = bench("--llm-explain=control")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["# Controlled models", "*script.play(prompt, stop)*"])


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
