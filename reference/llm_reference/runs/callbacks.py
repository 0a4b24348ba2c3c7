"""Callback handlers, and how their methods are called. Any object with one of these methods is a handler.

An exception of a handler is logged and does not change the run, unless the handler sets `raise_error`.
"""

import asyncio
import logging
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any
from uuid import UUID

from llm_reference.aio.thread import run_in_thread
from llm_reference.messages.conversion import to_prompt
from llm_reference.messages.generation import ChatGeneration
from llm_reference.messages.message import BaseMessage
from llm_reference.runs.chunk import GenerationChunk

_log = logging.getLogger(__name__)

# The attribute that makes a handler ignore an event is `ignore_` and the kind of its run: "llm", "chain", or one of:
_KINDS = {"on_chat_model_start": "chat_model", "on_custom_event": "custom_event"}


@dataclass(slots=True)
class LLMResult:
    """The result of a model's run: one list of generations for each prompt.

    `on_llm_end` gets the whole answer, `on_llm_error` the part that was generated before the failure.
    """

    generations: list[list[GenerationChunk | ChatGeneration]]
    llm_output: dict[str, Any] | None = None


class BaseCallbackHandler:
    """Override the methods that you need. The names and parameters are those of langchain-core.

    Each method gets `run_id`, `parent_run_id` and `tags`; the start methods get `metadata` too.
    An asynchronous call runs these methods in a worker thread, or on the event loop if `run_inline` is set.
    """

    raise_error = False
    run_inline = False
    ignore_llm = False
    ignore_chat_model = False
    ignore_chain = False
    ignore_custom_event = False

    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], *, run_id: UUID, **kwargs: Any) -> Any:
        """A model starts to answer."""

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **kwargs: Any
    ) -> Any:
        """A chat model starts to answer. A handler without this method gets `on_llm_start`, with the prompt as text.

        All other events of a chat model are those of a model.
        """

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, run_id: UUID, **kwargs: Any) -> Any:
        """A model reports a token, just before it yields the token.

        It is a text, and the chunk a `GenerationChunk`. Of a chat model it is the content of a `ChatGenerationChunk`.
        """

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> Any:
        """A model has finished its answer."""

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> Any:
        """A model has failed, or the consumer has closed (`GeneratorExit`) or cancelled (`CancelledError`) the call."""

    def on_chain_start(self, serialized: dict[str, Any], inputs: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step of a chain starts. `run_type` is its kind.

        `inputs` is `{"input": ""}` if the input is a stream that has not ended yet.
        """

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step has finished."""

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step has failed."""

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """The code inside a run called `dispatch_custom_event`."""


class AsyncCallbackHandler(BaseCallbackHandler):
    """A handler whose methods may be coroutine functions. The run continues after each one has finished.

    A synchronous call runs the coroutine in an event loop of a separate thread.
    """


def dispatch(handlers: Iterable[Any], event: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Call the method `event` of every handler."""
    for handler in handlers:
        if method := _method_for(handler, event):
            with _log_failure(handler, event):
                result = method(*args, **kwargs)
                if asyncio.iscoroutine(result):
                    # In another thread: an event loop may be running in this one.
                    with ThreadPoolExecutor(max_workers=1) as thread:
                        thread.submit(copy_context().run, asyncio.run, result).result()


async def adispatch(handlers: Iterable[Any], event: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Call the method `event` of every handler without blocking the event loop."""
    for handler in handlers:
        if method := _method_for(handler, event):
            with _log_failure(handler, event):
                inline = iscoroutinefunction(method) or getattr(handler, "run_inline", False)
                result = method(*args, **kwargs) if inline else await run_in_thread(method, *args, **kwargs)
                if asyncio.iscoroutine(result):
                    await result


def _method_for(handler: Any, event: str) -> Callable[..., Any] | None:
    """Return the handler's method for this event; None if it does not override it or ignores this kind of run."""
    kind = _KINDS.get(event, event.split("_")[1])
    ignored = getattr(handler, f"ignore_{kind}", False)
    overridden = getattr(type(handler), event, None) is not getattr(BaseCallbackHandler, event)
    method: Callable[..., Any] | None = getattr(handler, event, None) if overridden and not ignored else None
    if event == "on_chat_model_start" and method is None and not ignored:
        return _with_prompts(_method_for(handler, "on_llm_start"))
    return method


def _with_prompts(on_llm_start: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Return `on_llm_start` as a function that takes what `on_chat_model_start` takes."""
    if on_llm_start is None:
        return None

    def start(serialized: dict[str, Any], messages: list[list[BaseMessage]], **kwargs: Any) -> Any:
        return on_llm_start(serialized, [to_prompt(each) for each in messages], **kwargs)

    return start


@contextmanager
def _log_failure(handler: Any, event: str) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:
        _log.warning("%s.%s failed: %r", type(handler).__name__, event, error)
        if getattr(handler, "raise_error", False):
            raise
