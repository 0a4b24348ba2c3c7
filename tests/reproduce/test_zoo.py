"""A script of each group fails on the model of the zoo with the defect, and passes on the model without it."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.reproduce.export import exported
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import DEFECTS
from verdicts import _of_defect

# The check, the model that fails it, and the model without the defect.
FINDINGS = {
    "abatch.passes-arguments": ("batch:AbatchDropsArguments", "llm_reference:EchoLLM"),
    "ainvoke.completes": ("async_parity:AinvokeNotImplemented", "llm_reference:EchoLLM"),
    "any-text.stream": ("unicode:LineBreaksNormalised", "llm_zoo.bases.scripted:ScriptedModel"),
    "astream.completes": ("async_parity:AstreamRaises", "llm_reference:EchoLLM"),
    "batch.order": ("batch:BatchReversed", "llm_reference:EchoLLM"),
    "blocks.concat": ("chat_blocks:SignatureLostInStream", "llm_zoo.bases.chat:BlockDefect"),
    "callbacks.tokens": ("callbacks:TokensReportedTwice", "llm_reference:EchoLLM"),
    "calls.concat": ("chat_calls:CallsLostInStream", "llm_zoo.bases.chat:ChatDefect"),
    "cancel.astream": ("cancel:CancellationSwallowed", "llm_zoo.bases.scripted:ScriptedModel"),
    "close.astream": ("close:BackgroundTaskNotCancelled", "llm_zoo.bases.scripted:ScriptedModel"),
    "close.stream": ("hook_wrappers:HookReadsAhead", "llm_zoo.bases.text:TextDefect"),
    "concurrency.threads": ("concurrency:BuffersReusedAfterEight", "llm_zoo.bases.scripted:ScriptedModel"),
    "config.optional": ("config:EmptyConfigRaises", "llm_reference:EchoLLM"),
    "config.tags": ("config:TagsLost", "llm_reference:EchoLLM"),
    "errors.stream": ("error_propagation:ErrorEndsStream", "llm_zoo.bases.scripted:ScriptedModel"),
    "events.last": ("events:EndMissing", "llm_zoo.bases.events:EventDefect"),
    "events-v3.text": ("chat_v3_answers:V3BlockTwice", "llm_zoo.bases.chat_v3:V3Defect"),
    "filters.exclude": ("filters:IncludeBeatsExclude", "llm_reference:EchoLLM"),
    "input.rejects-invalid": ("errors:ErrorsSwallowed", "llm_reference:EchoLLM"),
    "invoke.async-parity": ("async_parity:AinvokeDoubled", "llm_reference:EchoLLM"),
    "isolation.interleaved": ("isolation:SharedBuffer", "llm_zoo.bases.text:TextDefect"),
    "live.stream": ("live:CollectedFirst", "llm_zoo.bases.scripted:ScriptedModel"),
    "loop.not-blocked": ("live:SyncClientOnLoop", "llm_zoo.bases.scripted:ScriptedModel"),
    "metadata.concat": ("chat_metadata:FinishReasonStopInStream", "llm_zoo.bases.chat:ChatDefect"),
    "nested.tags": ("nested:TagsNotInherited", "llm_reference:EchoLLM"),
    "shapes.v1-root": ("event_data:V1OutputInDict", "llm_zoo.bases.events:EventDefect"),
    "stop.cuts": ("stop:StopIgnored", "llm_reference:EchoLLM"),
    "stream.concat": ("text:FirstChunkDropped", "llm_zoo.bases.text:TextDefect"),
    "stream.sampled-parity": ("text:SampledWhitespaceStripped", "llm_zoo.bases.text:TextDefect"),
    "tools.parity": ("chat_tools:ToolsForgottenOnLoops", "llm_reference:EchoChatModel"),
    "usage.concat": ("chat_usage:OutputTokensSoFar", "llm_zoo.bases.chat:ChatDefect"),
    "usage.same-answer": ("chat_pieces:DetailsLostInStream", "llm_zoo.bases.scripted_chat:ScriptedChatModel"),
    "wire.content[duplicates]": ("exact_text:RepeatsDropped", "llm_zoo.bases.adapter:WireAdapter"),
    "wire.cut[clean_end_early]": ("sse_terminator:CutTakenForWhole", "llm_zoo.bases.adapter:WireAdapter"),
    "wire.delivery[random_cuts]": ("sse_packets:PacketsParsedSeparately", "llm_zoo.bases.adapter:WireAdapter"),
    "wire.golden": ("sse_terminator:MarkerStartLostAtEnd", "llm_zoo.bases.adapter:WireAdapter"),
}
PAUSE = 0.4


def test_every_group_is_exported() -> None:
    assert {CHECKS[check].group for check in FINDINGS} == {check.group for check in CHECKS.values()}


@pytest.mark.parametrize(
    "check", [pytest.param(one, marks=[pytest.mark.matrix] if at % 2 else []) for at, one in enumerate(FINDINGS)]
)
def test_a_script_shows_the_defect_and_passes_without_it(check: str) -> None:
    model, sound = FINDINGS[check]
    text = script_of(check, f"llm_zoo.{model}")

    assert code_of(text) == 1
    assert code_of(with_model(text, sound)) == 0


def test_a_script_of_a_call_without_an_end_ends(tmp_path: Path) -> None:
    text = script_of("stream.completes", "llm_zoo.text:NeverEnds").replace("Timer(10,", "Timer(0.2,")
    (tmp_path / "repro.py").write_text(text, encoding="utf-8")

    shown = subprocess.run([sys.executable, "repro.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (shown.returncode, shown.stderr) == (1, "")
    assert shown.stdout == "expected: ends without an exception\nactual:   no end within 10 seconds\n"


@pytest.mark.matrix
@pytest.mark.parametrize("check", FINDINGS)
def test_a_script_imports_nothing_of_the_harness(check: str) -> None:
    text = script_of(check, f"llm_zoo.{FINDINGS[check][0]}")

    assert "llm_conformance" not in text
    assert "llm_fixtures" not in text
    assert max(map(len, text.splitlines())) <= 132


@cache
def script_of(check: str, spec: str) -> str:
    """The script of a finding of a model of the zoo."""
    return exported(run_of(check, spec), check, None, Path("repro.py"))[0]


def run_of(check: str, spec: str) -> SavedRun:
    """A run of one check on a model of the zoo."""
    found = next(one for model, one in DEFECTS.items() if f"{model.__module__}:{model.__qualname__}" == spec)
    with Run(RunSpec.of(ImplSpec.parse(spec), **_of_defect(found))) as run:
        verdict = run.judge.verdict(check)
        assert verdict.findings, verdict
        record = SubjectRecord(run.subject_info, dict(run.recorded), {check: verdict}, partial="1 check selected")
    return SavedRun([record], "must", interrupted=False)


def with_model(text: str, spec: str) -> str:
    """The script with another model in place of its own."""
    module, _, name = spec.partition(":")
    return re.sub(r"^from llm_zoo\S* import (\w+)$", rf"from {module} import {name} as \1", text, flags=re.MULTILINE)


def code_of(text: str) -> int:
    """The exit code of a script, which pauses a model for a shorter time than for a reader."""
    short = text.replace("\nPAUSE = 2.0\n", f"\nPAUSE = {PAUSE}\n")
    with pytest.raises(SystemExit) as ended:
        exec(compile(short, "repro.py", "exec"), {"__name__": "__main__"})  # noqa: S102 - a script is what is tested
    return int(str(ended.value.code))
