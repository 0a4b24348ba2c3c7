"""Each defect is present, shown without the suite. Here: callback handlers."""

import asyncio
from typing import Any
from uuid import UUID

from llm_reference import AsyncCallbackHandler, BaseCallbackHandler, EchoLLM
from llm_zoo import callback_effects, callbacks, lost_config
from zoo.callers import astreamed

RUN_ID = UUID(int=7)


class Recorder(BaseCallbackHandler):
    """Records its calls, tokens with their run id and with the number of chunks that the consumer has."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.chunks: list[str] = []
        self.given: list[Any] = []

    def on_llm_start(self, *_args: Any, run_id: UUID, **kwargs: Any) -> None:
        self.calls.append(("start", run_id))
        self.given += [kwargs["tags"], kwargs["metadata"]]

    def on_llm_new_token(self, token: str, *, run_id: UUID, **_kwargs: Any) -> Any:
        self.calls.append((token, len(self.chunks), run_id))

    def on_llm_end(self, *_args: Any, **_kwargs: Any) -> None:
        self.calls.append("end")

    def on_llm_error(self, *_args: Any, **_kwargs: Any) -> None:
        self.calls.append("error")

    @property
    def names(self) -> list[str]:
        """Each call as one word; a token stands for itself."""
        return [call if isinstance(call, str) else call[0] for call in self.calls]


class AsyncRecorder(Recorder, AsyncCallbackHandler):
    async def on_llm_new_token(self, token: str, *, run_id: UUID, **_kwargs: Any) -> None:
        self.calls.append((token, len(self.chunks), run_id))


def recorded(model: EchoLLM) -> Recorder:
    recorder = Recorder()
    for chunk in model.stream("one two", {"callbacks": [recorder], "run_id": RUN_ID}):
        recorder.chunks.append(chunk)
    return recorder


def arecorded(model: EchoLLM) -> Recorder:
    recorder = AsyncRecorder()
    astreamed(model, "one two", config={"callbacks": [recorder]})
    return recorder


def recorded_until_early_close(model: EchoLLM) -> list[str]:
    recorder = Recorder()
    stream = model.stream("one two", {"callbacks": [recorder]})
    next(stream)
    stream.close()
    return recorder.names


def test_the_reference_reports_each_token_before_its_chunk() -> None:
    assert recorded(EchoLLM()).calls == [("start", RUN_ID), ("one", 0, RUN_ID), (" two", 1, RUN_ID), "end"]


def test_the_end_is_not_reported() -> None:
    assert recorded(callbacks.EndNotReported()).names == ["start", "one", " two"]


def test_tokens_carry_another_run_id() -> None:
    calls = recorded(callbacks.TokensOfAnotherRun()).calls

    assert [call[-1] for call in calls[:-1]] == [RUN_ID, UUID(int=5), UUID(int=5)]


def test_tokens_of_the_asynchronous_stream_are_not_reported() -> None:
    assert recorded(callback_effects.AsyncTokensNotReported()).names == ["start", "one", " two", "end"]
    assert arecorded(callback_effects.AsyncTokensNotReported()).names == ["start", "end"]


def test_the_asynchronous_stream_reports_nothing() -> None:
    assert recorded(callback_effects.HandlersLostInTask()).names == ["start", "one", " two", "end"]
    assert arecorded(callback_effects.HandlersLostInTask()).names == []


def test_an_early_close_is_not_reported() -> None:
    assert recorded_until_early_close(EchoLLM()) == ["start", "one", "error"]
    assert recorded_until_early_close(callbacks.EarlyCloseNotReported()) == ["start", "one"]


def test_an_early_close_is_reported_as_an_end() -> None:
    assert recorded_until_early_close(callbacks.EarlyCloseReportedAsEnd()) == ["start", "one", "end"]


def test_only_ainvoke_drops_the_config() -> None:
    recorder = Recorder()
    model = lost_config.ConfigDroppedByAinvoke()

    asyncio.run(model.ainvoke("hi", {"callbacks": [recorder]}))
    assert not recorder.names
    model.invoke("hi", {"callbacks": [recorder]})
    assert recorder.names == ["start", "end"]


def test_only_abatch_drops_the_handlers() -> None:
    recorder = Recorder()
    model = lost_config.HandlersDroppedByAbatch()

    asyncio.run(model.abatch(["hi"], {"callbacks": [recorder]}))
    assert not recorder.names
    model.batch(["hi"], {"callbacks": [recorder]})
    assert recorder.names == ["start", "end"]


def test_only_streams_pass_the_config_on() -> None:
    recorder = Recorder()
    model = lost_config.ConfigDroppedByInvoke()

    model.invoke("hi", {"callbacks": [recorder]})
    model.batch(["hi"], {"callbacks": [recorder]})
    assert not recorder.names
    list(model.stream("hi", {"callbacks": [recorder]}))
    assert recorder.names[0] == "start"


def test_one_call_loses_tags_and_metadata() -> None:
    recorder = Recorder()
    config: Any = {"callbacks": [recorder], "tags": ["t"], "metadata": {"m": 1}}

    lost_config.ConfigTagsLostInInvoke().invoke("hi", config)
    list(lost_config.ConfigTagsLostInInvoke().stream("hi", config))
    asyncio.run(lost_config.ConfigMetadataLostInAinvoke().ainvoke("hi", config))
    lost_config.ConfigMetadataLostInBatch().batch(["hi"], config)
    assert recorder.given == [[], {}, ["t"], {"m": 1}, ["t"], {}, ["t"], {}]
