"""What a handler may do: fail, insist, ignore, and say where it works; and whose runs it hears."""

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
from reference.handlers import TOKENS, Call, Chain, drained, each_call, handler
from reference.models import OnlyCall, Streams


class Fails(BaseCallbackHandler):
    def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("not interested")


class FailsToo(AsyncCallbackHandler):
    async def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        raise LookupError("not interested")


@each_call
@pytest.mark.parametrize("failing", [Fails, FailsToo])
def test_a_handler_that_fails_is_logged_and_disturbs_nobody(
    failing: type[BaseCallbackHandler], call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    listener = handler("sync")

    with caplog.at_level(logging.WARNING):
        call(Streams(), "hi", {"callbacks": [failing(), listener]})

    assert caplog.messages == [f"{failing.__name__}.on_llm_start failed: LookupError('not interested')"]
    assert (listener.heard.names[0], listener.heard.names[-1]) == ("on_llm_start", "on_llm_end")


@each_call
@pytest.mark.parametrize("failing", [Fails, FailsToo])
def test_a_handler_may_insist_on_its_error(failing: type[BaseCallbackHandler], call: Call) -> None:
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
def test_a_handler_does_not_hear_what_it_ignores(ignored: str, left: set[str], call: Call) -> None:
    def say(value: str) -> str:
        dispatch_custom_event("said", value)
        return value

    async def asay(value: str) -> str:
        await adispatch_custom_event("said", value)
        return value

    listener = handler("sync")
    setattr(listener, ignored, True)

    call(RunnableLambda(say, asay) | Streams(), "hi", {"callbacks": [listener]})

    assert {*listener.heard.names} - {"on_llm_new_token"} == left


@pytest.mark.parametrize("inline", [True, False])
def test_under_an_asynchronous_call_a_synchronous_handler_works_in_a_thread_unless_it_says_inline(
    inline: bool,  # noqa: FBT001
) -> None:
    threads = set()

    class Notes(BaseCallbackHandler):
        run_inline = inline

        def on_llm_new_token(self, *args: Any, **kwargs: Any) -> None:
            threads.add(threading.current_thread() is threading.main_thread())

    run(drained(Streams().astream("hi", {"callbacks": [Notes()]})))

    assert threads == {inline}


def test_a_synchronous_call_inside_a_running_loop_waits_for_asynchronous_handlers() -> None:
    listener = handler("async")

    async def call() -> list[str]:
        OnlyCall().invoke("hi", {"callbacks": [listener]})
        return list(listener.heard.names)

    assert run(call()) == ["on_llm_start", "on_llm_end"]


def test_handlers_of_the_constructor_hear_their_own_model_alone() -> None:
    own = handler("sync")
    chain: Chain = OnlyCall(callbacks=[own]) | OnlyCall()

    chain.invoke("hi")

    assert own.heard.names == ["on_llm_start", "on_llm_end"]


def test_handlers_of_with_config_and_of_the_call_hear_both_and_nobody_hears_twice() -> None:
    bound, called = handler("sync"), handler("sync")

    OnlyCall(callbacks=[bound]).with_config(callbacks=[bound]).invoke("hi", {"callbacks": [called]})

    assert bound.heard.names == ["on_llm_start", "on_llm_end"]
    assert called.heard.names == ["on_llm_start", "on_llm_end"]


def test_a_handler_hears_custom_events_with_the_run_that_said_them() -> None:
    listener = handler("sync")

    def say(value: str) -> str:
        dispatch_custom_event("said", value)
        return value

    step: Chain = RunnableLambda(say)
    step.invoke("hi", {"callbacks": [listener], "run_id": UUID(int=7), "tags": ["t"]})

    name, argument, keywords = listener.heard.all[1]
    assert (name, argument) == ("on_custom_event", "said")
    assert (keywords["run_id"], keywords["tags"]) == (UUID(int=7), ["t"])


def test_a_handler_beside_the_events_hears_the_same_tokens() -> None:
    listener = handler("async")

    run(drained(Streams().astream_events("hi", {"callbacks": [listener]})))

    assert listener.heard.of("on_llm_new_token") == TOKENS
