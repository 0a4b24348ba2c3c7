"""Who listens to runs. Handlers have the methods of langchain-core's; whatever has one of these methods is a handler.

A handler that fails is logged and does not disturb the run, unless it says `raise_error`.
"""

import asyncio
import logging
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from llm_reference.aio.thread import run_in_thread
from llm_reference.runs.chunk import GenerationChunk

if TYPE_CHECKING:
    from llm_reference.runs.run import Run

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LLMResult:
    """What `on_llm_end` is told: one list of generations for each prompt. `on_llm_error` is told what came so far."""

    generations: list[list[GenerationChunk]]
    llm_output: dict[str, Any] | None = None


class BaseCallbackHandler:
    """Override what you want to hear. Every call says run_id, parent_run_id and tags; every start metadata as well.

    Under an asynchronous call it works in a thread, unless it says `run_inline`.
    """

    raise_error = False
    run_inline = False
    ignore_llm = False
    ignore_chain = False
    ignore_custom_event = False

    def on_llm_start(self, serialized: dict[str, Any], prompts: list[str], *, run_id: UUID, **kwargs: Any) -> Any:
        """A model was asked."""

    def on_llm_new_token(self, token: str, *, chunk: GenerationChunk | None = None, run_id: UUID, **kwargs: Any) -> Any:
        """A model reports a token, before it delivers it."""

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> Any:
        """A model has answered."""

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> Any:
        """A model has failed. GeneratorExit and CancelledError say that its caller left."""

    def on_chain_start(self, serialized: dict[str, Any], inputs: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step began; its kind is in `run_type`. {"input": ""} stands for an input that is still on its way."""

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step is done."""

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> Any:
        """A step has failed."""

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **kwargs: Any) -> Any:
        """Somebody inside a run called `dispatch_custom_event`."""


class AsyncCallbackHandler(BaseCallbackHandler):
    """Its methods may be coroutines: each is done before the run goes on, even where nobody can await it."""


@dataclass(frozen=True, slots=True)
class CallbackManager:
    """What `config["callbacks"]` is below a run: who listens, and whose child the next run is.

    tag: what the parent calls this child; it is not handed on.
    """

    handlers: tuple[Any, ...] = ()
    parent: "Run | None" = None
    tag: str | None = None

    @classmethod
    def of(cls, callbacks: Any) -> "CallbackManager":
        """The manager for a list of handlers; a manager is its own."""
        return callbacks if isinstance(callbacks, cls) else cls(tuple(callbacks or ()))

    def joined(self, callbacks: Any) -> "CallbackManager":
        """With those as well; nobody is told twice."""
        more = self.of(callbacks)
        new = (handler for handler in more.handlers if not any(handler is known for known in self.handlers))
        return CallbackManager((*self.handlers, *new), more.parent or self.parent, more.tag or self.tag)


def dispatch(handlers: Iterable[Any], event: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Call this method of every handler."""
    for handler in handlers:
        if method := _method(handler, event):
            with _logged(handler, event):
                heard = method(*args, **kwargs)
                if asyncio.iscoroutine(heard):
                    # In a thread of its own, for in this one a loop may be running.
                    with ThreadPoolExecutor(max_workers=1) as thread:
                        thread.submit(copy_context().run, asyncio.run, heard).result()


async def adispatch(handlers: Iterable[Any], event: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Call this method of every handler, and never block the event loop."""
    for handler in handlers:
        if method := _method(handler, event):
            with _logged(handler, event):
                at_once = iscoroutinefunction(method) or getattr(handler, "run_inline", False)
                heard = method(*args, **kwargs) if at_once else await run_in_thread(method, *args, **kwargs)
                if asyncio.iscoroutine(heard):
                    await heard


def _method(handler: Any, event: str) -> Callable[..., Any] | None:
    """The handler's method for this event, if it cares: it overrides it, and does not ignore what it is about."""
    kind = event.split("_")[1]
    if getattr(handler, "ignore_custom_event" if kind == "custom" else f"ignore_{kind}", False):
        return None
    if getattr(type(handler), event, None) is getattr(BaseCallbackHandler, event):
        return None
    method: Callable[..., Any] | None = getattr(handler, event, None)
    return method


@contextmanager
def _logged(handler: Any, event: str) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:
        _log.warning("%s.%s failed: %r", type(handler).__name__, event, error)
        if getattr(handler, "raise_error", False):
            raise
