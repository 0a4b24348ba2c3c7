"""Builds the runnable of a plan from the names of either library."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from types import new_class
from typing import Any
from uuid import UUID

from reference.differential.call_log import CallLog, Generation
from reference.differential.library import Library
from reference.differential.plan import (
    Assign,
    Bound,
    Calls,
    Config,
    Fallbacks,
    Handler,
    Model,
    Node,
    Parallel,
    Plain,
    Retry,
    Sequence,
)
from reference.differential.steps import calling_step, plain_step

METHODS = [
    "on_llm_start",
    "on_llm_new_token",
    "on_llm_end",
    "on_llm_error",
    "on_chain_start",
    "on_chain_end",
    "on_chain_error",
    "on_custom_event",
]


def build(node: Node, library: Library, log: CallLog) -> Any:  # noqa: PLR0911  # one for each kind of node
    """Return the runnable of the node."""
    match node:
        case Model():
            return _model(node, library, log)
        case Sequence():
            steps = [build(step, library, log) for step in node.steps]
            return library.RunnableSequence(*steps, name=node.name)
        case Parallel():
            return library.RunnableParallel({key: build(step, library, log) for key, step in node.steps.items()})
        case Assign():
            built = {key: build(step, library, log) for key, step in node.steps.items()}
            return library.RunnablePassthrough.assign(**built)
        case Plain():
            return plain_step(node, library)
        case Calls():
            return calling_step(node, build(node.node, library, log), library)
        case Bound():
            bound = build(node.node, library, log)
            bound = bound.bind(**node.kwargs) if node.kwargs else bound
            return bound.with_config(config_of(node.config, library, log, "bound"))
        case Retry():
            return build(node.node, library, log).with_retry(
                wait_exponential_jitter=False, stop_after_attempt=node.attempts
            )
        case Fallbacks():
            others = [build(other, library, log) for other in node.others]
            return build(node.node, library, log).with_fallbacks(others)


def config_of(config: Config, library: Library, log: CallLog, owner: str) -> dict[str, Any]:
    """The config as a dict. The log knows its handlers by their owner."""
    values = {
        "tags": list(config.tags),
        "metadata": dict(config.metadata),
        "run_name": config.run_name,
        "run_id": None if config.run_id is None else UUID(int=config.run_id),
        "max_concurrency": config.max_concurrency,
    }
    built: dict[str, Any] = {key: value for key, value in values.items() if value not in (None, [], {})}
    if config.handlers is not None:
        built["callbacks"] = _handlers(config.handlers, library, log, owner)
    return built


def _handlers(handlers: tuple[Handler, ...], library: Library, log: CallLog, owner: str) -> list[Any]:
    return [
        _handler(handler, library, log, f"{owner} {number} of {len(log.callbacks)}")
        for number, handler in enumerate(handlers)
    ]


def _handler(plan: Handler, library: Library, log: CallLog, label: str) -> Any:
    callbacks = log.callbacks[label] = []

    def record(method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        callbacks.append((method, args, kwargs))
        if method == plan.fails_on:
            raise LookupError("the handler fails")

    def method_of(method: str) -> Callable[..., Any]:
        def synchronous(_self: Any, *args: Any, **kwargs: Any) -> None:
            record(method, args, kwargs)

        async def asynchronous(_self: Any, *args: Any, **kwargs: Any) -> None:
            record(method, args, kwargs)

        return asynchronous if plan.kind == "async" else synchronous

    base = library.AsyncCallbackHandler if plan.kind == "async" else library.BaseCallbackHandler
    methods = {method: method_of(method) for method in METHODS}
    return type("RecordingHandler", (base,), {**methods, "run_inline": plan.inline, "raise_error": plan.raises})()


def _model(plan: Model, library: Library, log: CallLog) -> Any:
    return _model_class(library, plan.hooks)(
        plan=plan,
        log=log,
        name=plan.name,
        tags=list(plan.tags) or None,
        metadata=dict(plan.metadata) or None,
        callbacks=_handlers(plan.handlers, library, log, "model") or None,
    )


@cache
def _model_class(library: Library, hooks: tuple[str, ...]) -> Any:
    bodies = _bodies(library)

    def fill(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = __name__
        namespace["__annotations__"] = {"plan": Any, "log": Any}
        namespace["_llm_type"] = property(lambda self: "test")
        namespace.update({hook: bodies[hook] for hook in ("_call", *hooks)})

    return new_class("Drawn", (library.LLM,), exec_body=fill)


def _bodies(library: Library) -> dict[str, Callable[..., Any]]:  # noqa: C901, PLR0915  # four hooks that share steps
    """Return the hooks of a generated model, written as for this library."""

    def start(self: Any, hook: str, prompt: str, stop: Any, kwargs: dict[str, Any]) -> Generation:
        generation = Generation(id(self), hook, prompt, stop, kwargs)
        self.log.generations.append(generation)
        return generation

    def fails(self: Any) -> bool:
        """Whether this call of the model, the last in the log, is one that fails."""
        plan: Model = self.plan
        calls = sum(generation.model == id(self) for generation in self.log.generations)
        return plan.failures is None or calls <= plan.failures

    def chunks(self: Any, prompt: str, hook_fails: bool) -> Iterator[tuple[bool, Any]]:  # noqa: FBT001
        """Yield for each chunk whether there is a gate before it, and the chunk."""
        plan: Model = self.plan
        for number, token in enumerate(plan.tokens):
            if hook_fails and number == plan.fails_at and plan.fails_on in prompt:
                raise ConnectionError("connection lost")
            info = plan.infos[number] if number < len(plan.infos) else None
            yield (
                number == plan.gate,
                library.GenerationChunk(text=token.replace("@", prompt), generation_info=info and dict(info)),
            )
        if hook_fails and plan.fails_at is not None and plan.fails_at >= len(plan.tokens) and plan.fails_on in prompt:
            raise ConnectionError("connection lost")

    def answer(self: Any, prompt: str) -> str:
        if self.plan.call_fails and self.plan.fails_on in prompt and fails(self):
            raise ConnectionError("connection lost")
        return "".join(token.replace("@", prompt) for token in self.plan.tokens)

    def _call(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        generation = start(self, "_call", prompt, stop, kwargs)
        if self.plan.gate is not None:
            self.log.gate()
        text = answer(self, prompt)
        if self.plan.call_reports and run_manager:
            run_manager.on_llm_new_token(text)
        generation.ended_with = "end"
        return text

    async def _acall(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        generation = start(self, "_acall", prompt, stop, kwargs)
        if self.plan.gate is not None:
            await self.log.agate()
        text = answer(self, prompt)
        if self.plan.call_reports and run_manager:
            await run_manager.on_llm_new_token(text)
        generation.ended_with = "end"
        return text

    def _stream(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        generation = start(self, "_stream", prompt, stop, kwargs)
        try:
            for gated, chunk in chunks(self, prompt, fails(self)):
                if gated:
                    self.log.gate()
                if run_manager and self.plan.reports == "chunk":
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                elif run_manager and self.plan.reports == "text":
                    run_manager.on_llm_new_token(chunk.text)
                generation.generated += 1
                yield chunk
        except BaseException as error:
            generation.ended_with = type(error).__name__
            raise
        generation.ended_with = "end"

    async def _astream(
        self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        generation = start(self, "_astream", prompt, stop, kwargs)
        try:
            for gated, chunk in chunks(self, prompt, fails(self)):
                if gated:
                    await self.log.agate()
                if run_manager and self.plan.reports == "chunk":
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                elif run_manager and self.plan.reports == "text":
                    await run_manager.on_llm_new_token(chunk.text)
                generation.generated += 1
                yield chunk
        except BaseException as error:
            generation.ended_with = type(error).__name__
            raise
        generation.ended_with = "end"

    return {"_call": _call, "_acall": _acall, "_stream": _stream, "_astream": _astream}
