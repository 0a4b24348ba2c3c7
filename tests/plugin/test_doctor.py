"""`--llm-doctor` in runs of pytest."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from llm_conformance.records import Control, SubjectInfo
from llm_conformance.report.examination import Examination
from llm_conformance.report.finding import Layout
from plugin.bench import Bench, Starter, impls

MODELS = """
    from llm_reference import EchoLLM, GenerationChunk

    class Good(EchoLLM):
        def _stream(self, *args, **kwargs):
            yield from super()._stream(*args, **kwargs)

    class Breaks(EchoLLM):
        def _stream(self, *args, **kwargs):
            yield GenerationChunk(text="a")
            raise ConnectionError("no \\x1b[31m route")

    class NotBuilt(EchoLLM):
        def __init__(self):
            raise RuntimeError("no key")

    class OnlyOnce(EchoLLM):
        instances = []
        def _stream(self, *args, **kwargs):
            if self.instances:
                raise RuntimeError("the quota is used up")
            self.instances.append(0)
            yield from super()._stream(*args, **kwargs)

    class Samples(EchoLLM):
        answers = []
        def _call(self, *args, **kwargs):
            self.answers.append(0)
            return f"answer {len(self.answers)} of many"
        def _stream(self, *args, **kwargs):
            for word in self._call().split(" "):
                yield GenerationChunk(text=word)

    good = Good()
"""
POOLED = """
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    from llm_reference import EchoLLM

    POOL = ThreadPoolExecutor(1)

    class Hangs(EchoLLM):
        def invoke(self, *args, **kwargs):
            return POOL.submit(Event().wait).result()
"""


@pytest.fixture
def doctored(bench: Bench) -> Bench:
    (bench.folder / "doctored.py").write_text(textwrap.dedent(MODELS), encoding="utf-8")
    return bench


def examined(bench: Bench, *names: str) -> pytest.RunResult:
    return bench("--llm-doctor", *impls(*names, module="doctored"))


def test_a_sound_model_is_ok(doctored: Bench) -> None:
    result = examined(doctored, "Good", "good")

    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "doctored:Good: can be judged",
            "  imports       yes: python *",
            "  builds        yes: class, kind: llm",
            "  streams       yes, the answer to the first prompt:",
            "    stream() * chunks  Write| *",
            "  profile       none: *",
            "  repeats       7 checks have the same verdicts in two runs, and the model*",
            "  control       blackbox: the model can be paused between the chunks of _stream*",
            "  more          * checks if the model takes its text from a parameter `script`*",
            "  more          * checks of a client of a provider with --llm-wire=FORMAT *",
            "doctored:good: can be judged",
            "  control       blackbox: the model cannot be paused: it is not a class",
            "  more          * checks if a class with _stream or _astream is given, *",
        ]
    )


def test_a_stream_that_breaks_is_shown_and_fails(doctored: Bench) -> None:
    result = examined(doctored, "Breaks")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["doctored:Breaks: cannot be judged yet", "  streams       no: stream.completes fails"])
    result.stdout.no_fnmatch_line("  repeats *")
    result.stdout.fnmatch_lines(["    actual     raised ConnectionError: no \\x1b[[]31m route *"])


def test_a_model_that_cannot_be_constructed_fails_with_the_reason(doctored: Bench) -> None:
    result = examined(doctored, "NotBuilt")

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["doctored:NotBuilt: cannot be judged yet", "*: constructing it raised RuntimeError: no key"]
    )


def test_two_runs_that_differ_fail(doctored: Bench) -> None:
    result = examined(doctored, "OnlyOnce")

    assert result.ret == 1
    result.stdout.fnmatch_lines(["  repeats       no: stream.completes passed in one run and failed in the next"])


def test_a_model_that_samples_is_ok_and_the_remedy_is_named(doctored: Bench) -> None:
    result = examined(doctored, "Samples")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["  repeats       7 checks have the same verdicts in two runs; the model samples,*"])
    assert "--llm-kwargs='{\"temperature\": 0}'" in result.stdout.str()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("preset acme", "preset acme, as the class is a known one; your profile would override it, key by key"),
        ("x.toml over preset acme", "x.toml over preset acme; it says streams = true"),
    ],
)
def test_the_profile_is_named_with_what_it_claims(source: str, line: str) -> None:
    about = replace(SubjectInfo.not_loaded("acme:LLM"), control=Control.WIRE, profile=source, claims={"streams": True})

    lines = [*Examination(about, {}, {}).lines(Layout())]

    assert any(one.startswith(f"  profile       {line}") for one in lines)
    assert "  control       wire: a simulated provider answers the requests of the client" in lines
    assert "  more          the checks of silence if the profile says `short-timeout`" in lines


def test_a_model_that_hangs_does_not_keep_the_process(started: Starter) -> None:
    (started.folder / "pooled.py").write_text(textwrap.dedent(POOLED), encoding="utf-8")

    run = started("--llm-doctor", "-p", "no:asyncio", *impls("Hangs", module="pooled"), "-o", "llm_timeout=0.2")

    assert run.code == 1
    assert "streams       no: invoke.completes fails" in run.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "*no implementation given; add --llm-impl=MODULE:OBJECT"),
        (["--llm-impl=doctored:Godo"], "*module 'doctored' has no 'Godo'*"),
        (["--llm-impl=doctored:Good", "--llm-wire=tgj"], "*unknown wire format*"),
    ],
    ids=["none", "name", "wire"],
)
def test_a_bad_option_is_one(doctored: Bench, options: list[str], message: str) -> None:
    result = doctored("--llm-doctor", *options)

    assert result.ret == 4
    result.stderr.fnmatch_lines([message])


def test_a_report_of_an_earlier_run_stays(doctored: Bench) -> None:
    doctored.report.write_text("of an earlier run", encoding="utf-8")

    result = doctored.pytester.runpytest_inprocess(
        "-p", "no:asyncio", "--llm-doctor", "--llm-report=run.json", *impls("Good", module="doctored")
    )

    assert result.ret == 0
    assert doctored.report.read_text(encoding="utf-8") == "of an earlier run"


def test_what_a_model_prints_is_shown_only_without_capturing(bench: Bench) -> None:
    captured = bench("--llm-doctor", *impls("Talkative"))
    shown = bench("--llm-doctor", *impls("Talkative"), "-s")

    assert "printed to the terminal" not in captured.stdout.str() + captured.stderr.str()
    assert "printed to the terminal" in shown.stdout.str()
