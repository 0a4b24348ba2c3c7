"""A callback handler that has the methods that frameworks call, and records the calls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import CallbackEvent, CallbackLog

_EVENTS = (
    "on_llm_start",
    "on_chat_model_start",
    "on_llm_new_token",
    "on_llm_end",
    "on_llm_error",
    "on_chain_start",
    "on_chain_end",
    "on_chain_error",
)
_SILENT = ("on_text", "on_retry", "on_custom_event", "on_stream_event")
_ENDS = ("on_llm_end", "on_llm_error")
# The names under which the first argument may be passed.
_FIRST = {"on_llm_new_token": "token", "on_llm_end": "response", "on_llm_error": "error"}
_FINALISED = 1.0


class CallbackRecorder:
    """Records the calls of a handler, and how many chunks the consumer had received by then."""

    def __init__(self) -> None:
        self._events: list[CallbackEvent] = []
        self._texts: list[str] = []
        self._end: Future[None] = Future()

    @property
    def count(self) -> int:
        """How many calls of the handler and chunks have come until now."""
        return len(self._events) + len(self._texts)

    @property
    def handler(self) -> Any:
        """A handler for synchronous calls."""
        return _handler(self, "Handler", lambda note: note)

    @property
    def ahandler(self) -> Any:
        """A handler whose methods are coroutines."""

        def awaited(note: Callable[..., None]) -> Callable[..., Any]:
            async def method(*args: Any, **kwargs: Any) -> None:
                note(*args, **kwargs)

            return method

        return _handler(self, "AsyncHandler", awaited)

    def read(self, source: Any, values: Recorder, *, leave: bool) -> None:
        """Read to its end what a synchronous call returned, or close it after its first chunk."""
        if not hasattr(source, "__next__"):
            self._texts.append(values.value(source).text or "")
            return
        for chunk in source:
            self._texts.append(values.value(chunk).text or "")
            if leave:
                break
        getattr(source, "close", lambda: None)()

    async def aread(self, source: Any, values: Recorder, *, leave: bool) -> None:
        """The same for what an asynchronous call returned."""
        async for chunk in source:
            self._texts.append(values.value(chunk).text or "")
            if leave:
                break
        if hasattr(source, "aclose"):
            await source.aclose()
        if leave and self._events:
            # A generator inside another may be finalised some turns of the loop later, or by the garbage collector.
            del source
            gc.collect()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(self._end), _FINALISED)

    def log(self, act: CallResult) -> CallbackLog:
        """The record."""
        return CallbackLog(**act.fields, events=tuple(self._events), texts=tuple(self._texts))

    def _listener(self, event: str) -> Callable[..., None]:
        def method(*args: Any, **kwargs: Any) -> None:
            value = args[0] if args else kwargs.get(_FIRST.get(event, ""))
            self._events.append(
                CallbackEvent(
                    event,
                    str(kwargs.get("run_id", "")),
                    value if event == "on_llm_new_token" and isinstance(value, str) else None,
                    len(self._texts),
                    _answer(value) if event == "on_llm_end" else None,
                    _classes(value) if event == "on_llm_error" else (),
                )
            )
            if event in _ENDS and not self._end.done():
                self._end.set_result(None)

        return method


def _answer(response: Any) -> str | None:
    """The text of the first generation of an `LLMResult`, or of what an independent model reports instead."""
    if response is None:
        return ""
    if isinstance(response, str):
        return response
    generations = getattr(response, "generations", None)
    if not isinstance(generations, list):
        return None
    prompt = generations[0] if generations else None
    generation = prompt[0] if isinstance(prompt, list) and prompt else prompt
    # A chat generation has the text of its first block, and a message with all of them.
    return Recorder().value(getattr(generation, "message", generation)).text or ""


def _classes(error: Any) -> tuple[str, ...]:
    """The classes of an exception and of its causes."""
    if not isinstance(error, BaseException):
        return ()
    return tuple(raised.bases[0] for raised in Recorder().exception(error).chain)


def _handler(
    handler_recorder: CallbackRecorder, name: str, form: Callable[[Callable[..., None]], Callable[..., Any]]
) -> Any:
    """An object of a class of no framework, with the attributes that frameworks read from a handler."""

    def quiet(*_args: Any, **_kwargs: Any) -> None:
        return None

    kinds = ("llm", "chain", "chat_model", "agent", "retriever", "retry", "custom_event")
    facts = {f"ignore_{kind}": False for kind in kinds} | {"raise_error": False, "run_inline": False}
    methods: dict[str, Any] = {event: staticmethod(form(handler_recorder._listener(event))) for event in _EVENTS}  # noqa: SLF001
    methods |= {event: staticmethod(form(quiet)) for event in _SILENT}
    return type(name, (), {**facts, **methods})()
