"""A traceback that the suite shows has frames of the model alone, wherever our own modules lie."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from llm_conformance._paths import PACKAGE_ROOT
from llm_conformance.records.codec import decode
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM

OBSERVATIONS = {
    "invoke": "invoke",
    "ainvoke": "ainvoke",
    "batch": "batch",
    "abatch": "abatch",
    "stream": "stream",
    "astream": "astream",
    "astream_events": "events_v2",
}


class Raising:
    """Echoes, and raises in one of its methods."""

    def __init__(self, method: str) -> None:
        self._echo = EchoLLM()
        self._raises = method

    def invoke(self, prompt: Any, *args: Any, **kwargs: Any) -> Any:
        self._raise_in("invoke")
        return self._echo.invoke(prompt, *args, **kwargs)

    async def ainvoke(self, prompt: Any, *args: Any, **kwargs: Any) -> Any:
        self._raise_in("ainvoke")
        return await self._echo.ainvoke(prompt, *args, **kwargs)

    def batch(self, prompts: Any, *args: Any, **kwargs: Any) -> Any:
        self._raise_in("batch")
        return self._echo.batch(prompts, *args, **kwargs)

    async def abatch(self, prompts: Any, *args: Any, **kwargs: Any) -> Any:
        self._raise_in("abatch")
        return await self._echo.abatch(prompts, *args, **kwargs)

    def stream(self, prompt: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._raise_in("stream")
        yield from self._echo.stream(prompt, *args, **kwargs)

    async def astream(self, prompt: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        self._raise_in("astream")
        async for chunk in self._echo.astream(prompt, *args, **kwargs):
            yield chunk

    async def astream_events(self, prompt: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        self._raise_in("astream_events")
        async for event in self._echo.astream_events(prompt, *args, **kwargs):
            yield event

    def _raise_in(self, method: str) -> None:
        if method == self._raises:
            raise RuntimeError("no answer")


def test_the_root_is_the_folder_of_the_package() -> None:
    assert Path(sys.modules["llm_conformance"].__file__ or "").parent == PACKAGE_ROOT


@pytest.mark.parametrize("method", OBSERVATIONS)
def test_a_method_that_raises_shows_frames_of_the_model_alone(method: str) -> None:
    with Run(RunSpec.of(ImplSpec(__name__, "Raising"), kwargs={"method": method})) as run:
        run.judge.observations.get(OBSERVATIONS[method])
        raised = decode(run.recorded[OBSERVATIONS[method]]).raised

    assert raised is not None
    assert raised.message == "no answer"
    assert files_in(raised.traceback) == {__file__}
    assert raised.location.startswith(Path(__file__).name)


def files_in(traceback: str) -> set[str]:
    return {line.split('"')[1] for line in traceback.splitlines() if line.lstrip().startswith("File ")}
