"""After a call that hung, what hangs at the same place is the same defect, and what follows starts clean."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from typing import Any, ClassVar

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Control, Level, Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import LLM, GenerationChunk
from llm_zoo import concurrency
from llm_zoo.bases.scripted import ScriptedModel

GROUPS = {"stream", "isolation", "live", "loop", "close", "cancel", "errors", "config", "batch", "callbacks"}
SELECTED = [one.id for one in CHECKS.values() if one.group in GROUPS and ".flat-" not in one.id]


class LockedBuffer(ScriptedModel):
    """Makes its whole answer under a lock of the process, and gives it when it is whole."""

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def _whole(self, prompt: str, stop: list[str] | None) -> list[str]:
        with LockedBuffer._lock:
            return list(self.script.play(prompt, stop))

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **_: Any) -> str:
        return "".join(self._whole(prompt, stop))

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **_: Any
    ) -> Iterator[GenerationChunk]:
        yield from map(GenerationChunk, self._whole(prompt, stop))

    _acall = LLM._acall
    _astream = LLM._astream


class HoldsItForGood(ScriptedModel):
    """Its second stream takes the lock of the process and never returns: nothing that follows can be judged."""

    _lock: ClassVar[threading.Lock] = threading.Lock()
    _calls: ClassVar[list[str]] = []

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        with HoldsItForGood._lock:
            self._calls.append(prompt)
            if len(self._calls) == 2:
                threading.Event().wait()
            yield from super()._stream(prompt, *args, **kwargs)


def judged(model: type[Any], checks: Collection[str] = SELECTED) -> list[Verdict]:
    spec, profile = ImplSpec(model.__module__, model.__qualname__), Profile(control=Control.SCRIPT)
    with Run(RunSpec.of(spec, profile=profile, timeout=0.5)) as run:
        return [run.judge.verdict(name) for name in checks]


def failed(verdicts: list[Verdict]) -> list[str]:
    return [one.check for one in verdicts if one.status is Status.FAILED and one.level is not Level.MAY]


@pytest.mark.parametrize(
    ("model", "check"),
    [
        pytest.param(concurrency.LockHeldWhileStreaming, "isolation.interleaved", id="held while a stream is open"),
        pytest.param(LockedBuffer, "live.stream", id="around a whole answer"),
    ],
)
def test_a_lock_is_one_defect(model: type[Any], check: str) -> None:
    verdicts = judged(model)

    assert failed(verdicts) == [check]
    expected = [str(finding.expected) for one in verdicts for finding in one.findings]
    assert not [text for text in expected if " 0 tokens" in text]


def test_what_an_abandoned_call_holds_is_not_another_defect() -> None:
    HoldsItForGood._calls.clear()

    verdicts = judged(HoldsItForGood, ["stream.repeats", "isolation.interleaved"])

    assert failed(verdicts) == ["stream.repeats"]
    assert {one.reason for one in verdicts[1:]} == {"by stream.repeats: it hung at the same place"}
