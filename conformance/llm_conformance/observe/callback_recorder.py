"""A callback handler that has the methods that frameworks call, and records the calls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import refuse_endless, sample
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.message_sum import MessageSum
from llm_conformance.records import CallbackEvent, CallbackLog, CallOutcome

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
_OTHER_FORM = object()


class CallbackRecorder:
    """Records the calls of a handler, and how many chunks the consumer had received by then."""

    def __init__(self, recorder: Recorder, driver: Driver | None = None) -> None:
        self._events: list[CallbackEvent] = []
        self._texts: list[str] = []
        self._chunks = MessageSum(recorder, driver)
        self._reported = MessageSum(recorder, driver)
        self._recorder = recorder
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

    def read(self, source: Any, *, leave: bool) -> None:
        """Read to its end what a synchronous call returned, or close it after its first chunk."""
        if not hasattr(source, "__next__"):
            self._add(source)
            return
        for chunk in source:
            self._add(chunk)
            if leave:
                break
        getattr(source, "close", lambda: None)()

    async def aread(self, source: Any, *, leave: bool) -> None:
        """The same for what an asynchronous call returned."""
        async for chunk in source:
            self._add(chunk)
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
        endless = act.hung is not None and act.hung.endless
        if act.hung is not None:
            self._chunks.forget()
            self._reported.forget()
        return CallbackLog(
            **{**act.fields, "hung": act.hung and replace(act.hung, chunks=len(self._texts))},
            events=tuple(sample(self._events, endless=endless)),
            texts=tuple(sample(self._texts, endless=endless)),
            total=self._chunks.total,
            reported=self._reported.total,
            reported_raised=self._reported.raised,
        )

    def beside(self, outcome: CallOutcome) -> CallbackLog:
        """The calls of the handler beside an outcome that another recorder made."""
        return CallbackLog(raised=outcome.raised, hung=outcome.hung, events=tuple(self._events))

    def _add(self, chunk: Any) -> None:
        refuse_endless(self.count)
        self._texts.append(self._text(chunk))
        self._chunks.add(chunk)

    def _token(self, value: Any, chunk: Any) -> str | None:
        """The text of a token; a chat model whose content is a list of blocks reports the list."""
        if isinstance(value, str):
            return value
        return self._text(chunk) if chunk is not None else None

    def _text(self, value: Any) -> str:
        return self._recorder.value(value).text or ""

    def _listener(self, event: str) -> Callable[..., None]:
        def method(*args: Any, **kwargs: Any) -> None:
            value = args[0] if args else kwargs.get(_FIRST.get(event, ""))
            token, end = event == "on_llm_new_token", event == "on_llm_end"
            chunk = getattr(kwargs.get("chunk"), "message", None) if token else None
            refuse_endless(self.count)
            self._reported.add(chunk)
            generation = _generation(value) if end else _OTHER_FORM
            message = getattr(generation, "message", None)
            self._events.append(
                CallbackEvent(
                    event,
                    str(kwargs.get("run_id", "")),
                    text=self._token(value, chunk) if token else None,
                    delivered=len(self._texts),
                    # A chat generation has the text of its first block, and a message with all of them.
                    answer=None
                    if generation is _OTHER_FORM
                    else self._text(generation if message is None else message),
                    message=None if message is None else self._recorder.value(message),
                    has_chunk=chunk is not None,
                    errors=_classes(value) if event == "on_llm_error" else (),
                    tags=_tags(kwargs.get("tags")) if event.endswith("_start") else (),
                    metadata=_keys(kwargs.get("metadata")) if event.endswith("_start") else (),
                )
            )
            if event in _ENDS and not self._end.done():
                self._end.set_result(None)

        return method


def _generation(response: Any) -> Any:
    """The first generation of an `LLMResult`, or what an independent model reports instead."""
    if response is None or isinstance(response, str):
        return response
    generations = getattr(response, "generations", None)
    if not isinstance(generations, list):
        return _OTHER_FORM
    prompt = generations[0] if generations else None
    return prompt[0] if isinstance(prompt, list) and prompt else prompt


def _tags(tags: Any) -> tuple[str, ...]:
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list | tuple) else ()


def _keys(metadata: Any) -> tuple[str, ...]:
    return tuple(key for key in metadata if isinstance(key, str)) if isinstance(metadata, Mapping) else ()


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
