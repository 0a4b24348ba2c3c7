"""Handlers: `raise_error`, `run_inline`, the `ignore_` attributes, and which runs a handler gets."""

import logging
import threading
from typing import Any
from uuid import UUID

import pytest

from llm_reference import (
    AsyncCallbackHandler,
    BaseCallbackHandler,
    RunnableLambda,
    adispatch_custom_event,
    dispatch_custom_event,
)
from reference.deadline import run
from reference.handlers import TOKENS, Call, Chain, drain, each_call, handler
from reference.models import OnlyCall, Streams


class Fails(BaseCallbackHandler):
    def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("not interested")


class FailsToo(AsyncCallbackHandler):
    async def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("not interested")


@each_call
@pytest.mark.parametrize("failing", [Fails, FailsToo])
def test_the_exception_of_a_handler_is_logged_and_does_not_change_the_call(
    failing: type[BaseCallbackHandler], call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = handler("sync")

    with caplog.at_level(logging.WARNING):
        call(Streams(), "hi", {"callbacks": [failing(), recorder]})

    assert caplog.messages == [f"{failing.__name__}.on_llm_start failed: LookupError('not interested')"]
    assert (recorder.log.names[0], recorder.log.names[-1]) == ("on_llm_start", "on_llm_end")


@each_call
@pytest.mark.parametrize("failing", [Fails, FailsToo])
def test_a_handler_with_raise_error_raises(failing: type[BaseCallbackHandler], call: Call) -> None:
    insistent = failing()
    insistent.raise_error = True

    with pytest.raises(LookupError, match="not interested"):
        call(Streams(), "hi", {"callbacks": [insistent]})


@each_call
@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ("ignore_llm", {"on_chain_start", "on_chain_end", "on_custom_event"}),
        ("ignore_chain", {"on_llm_start", "on_llm_end", "on_custom_event"}),
        ("ignore_custom_event", {"on_chain_start", "on_chain_end", "on_llm_start", "on_llm_end"}),
    ],
    ids=["llm", "chain", "custom_event"],
)
def test_a_handler_does_not_get_what_it_ignores(ignored: str, left: set[str], call: Call) -> None:
    def report(value: str) -> str:
        dispatch_custom_event("progress", value)
        return value

    async def areport(value: str) -> str:
        await adispatch_custom_event("progress", value)
        return value

    recorder = handler("sync")
    setattr(recorder, ignored, True)

    call(RunnableLambda(report, areport) | Streams(), "hi", {"callbacks": [recorder]})

    assert {*recorder.log.names} - {"on_llm_new_token"} == left


@pytest.mark.parametrize("inline", [True, False])
def test_an_asynchronous_call_runs_a_synchronous_handler_in_a_thread_unless_it_is_inline(
    inline: bool,  # noqa: FBT001
) -> None:
    threads = set()

    class Notes(BaseCallbackHandler):
        run_inline = inline

        def on_llm_new_token(self, *args: Any, **kwargs: Any) -> None:
            threads.add(threading.current_thread() is threading.main_thread())

    run(drain(Streams().astream("hi", {"callbacks": [Notes()]})))

    assert threads == {inline}


def test_a_synchronous_call_inside_a_running_loop_waits_for_asynchronous_handlers() -> None:
    recorder = handler("async")

    async def call() -> list[str]:
        OnlyCall().invoke("hi", {"callbacks": [recorder]})
        return list(recorder.log.names)

    assert run(call()) == ["on_llm_start", "on_llm_end"]


def test_handlers_of_the_constructor_get_only_the_events_of_their_model() -> None:
    own = handler("sync")
    chain: Chain = OnlyCall(callbacks=[own]) | OnlyCall()

    chain.invoke("hi")

    assert own.log.names == ["on_llm_start", "on_llm_end"]


def test_handlers_of_with_config_and_of_the_call_get_every_event_once() -> None:
    bound, called = handler("sync"), handler("sync")

    OnlyCall(callbacks=[bound]).with_config(callbacks=[bound]).invoke("hi", {"callbacks": [called]})

    assert bound.log.names == ["on_llm_start", "on_llm_end"]
    assert called.log.names == ["on_llm_start", "on_llm_end"]


def test_a_handler_gets_custom_events_with_their_run() -> None:
    recorder = handler("sync")

    def report(value: str) -> str:
        dispatch_custom_event("progress", value)
        return value

    step: Chain = RunnableLambda(report)
    step.invoke("hi", {"callbacks": [recorder], "run_id": UUID(int=7), "tags": ["t"]})

    name, argument, keywords = recorder.log.all[1]
    assert (name, argument) == ("on_custom_event", "progress")
    assert (keywords["run_id"], keywords["tags"]) == (UUID(int=7), ["t"])


def test_a_handler_gets_the_same_tokens_as_the_events() -> None:
    recorder = handler("async")

    run(drain(Streams().astream_events("hi", {"callbacks": [recorder]})))

    assert recorder.log.of("on_llm_new_token") == TOKENS
