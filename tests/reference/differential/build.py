"""The same plan on either library: one source, two sets of names."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from types import new_class
from typing import Any
from uuid import UUID

from reference.differential.journal import Journal, Take
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


def build(node: Node, library: Library, journal: Journal) -> Any:  # noqa: PLR0911  # one for each kind of node
    """The runnable that the node describes."""
    match node:
        case Model():
            return _model(node, library, journal)
        case Sequence():
            steps = [build(step, library, journal) for step in node.steps]
            return library.RunnableSequence(*steps, name=node.name)
        case Parallel():
            return library.RunnableParallel({key: build(step, library, journal) for key, step in node.steps.items()})
        case Assign():
            built = {key: build(step, library, journal) for key, step in node.steps.items()}
            return library.RunnablePassthrough.assign(**built)
        case Plain():
            return plain_step(node, library)
        case Calls():
            return calling_step(node, build(node.node, library, journal), library)
        case Bound():
            bound = build(node.node, library, journal)
            bound = bound.bind(**node.kwargs) if node.kwargs else bound
            return bound.with_config(config_of(node.config, library, journal, "bound"))
        case Retry():
            return build(node.node, library, journal).with_retry(
                wait_exponential_jitter=False, stop_after_attempt=node.attempts
            )
        case Fallbacks():
            others = [build(other, library, journal) for other in node.others]
            return build(node.node, library, journal).with_fallbacks(others)


def config_of(config: Config, library: Library, journal: Journal, owner: str) -> dict[str, Any]:
    """The config as a dict; its handlers are known to the journal by their owner."""
    said = {
        "tags": list(config.tags),
        "metadata": dict(config.metadata),
        "run_name": config.run_name,
        "run_id": None if config.run_id is None else UUID(int=config.run_id),
        "max_concurrency": config.max_concurrency,
    }
    built: dict[str, Any] = {key: value for key, value in said.items() if value not in (None, [], {})}
    if config.handlers is not None:
        built["callbacks"] = _handlers(config.handlers, library, journal, owner)
    return built


def _handlers(handlers: tuple[Handler, ...], library: Library, journal: Journal, owner: str) -> list[Any]:
    return [
        _handler(handler, library, journal, f"{owner} {number} of {len(journal.heard)}")
        for number, handler in enumerate(handlers)
    ]


def _handler(plan: Handler, library: Library, journal: Journal, label: str) -> Any:
    heard = journal.heard[label] = []

    def note(method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        heard.append((method, args, kwargs))
        if method == plan.fails_on:
            raise LookupError("the handler fails")

    def hears(method: str) -> Callable[..., Any]:
        def at_once(_self: Any, *args: Any, **kwargs: Any) -> None:
            note(method, args, kwargs)

        async def awaited(_self: Any, *args: Any, **kwargs: Any) -> None:
            note(method, args, kwargs)

        return awaited if plan.kind == "async" else at_once

    base = library.AsyncCallbackHandler if plan.kind == "async" else library.BaseCallbackHandler
    methods = {method: hears(method) for method in METHODS}
    return type("Hears", (base,), {**methods, "run_inline": plan.inline, "raise_error": plan.raises})()


def _model(plan: Model, library: Library, journal: Journal) -> Any:
    return _model_class(library, plan.hooks)(
        plan=plan,
        journal=journal,
        name=plan.name,
        tags=list(plan.tags) or None,
        metadata=dict(plan.metadata) or None,
        callbacks=_handlers(plan.handlers, library, journal, "model") or None,
    )


@cache
def _model_class(library: Library, hooks: tuple[str, ...]) -> Any:
    bodies = _bodies(library)

    def fill(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = __name__
        namespace["__annotations__"] = {"plan": Any, "journal": Any}
        namespace["_llm_type"] = property(lambda self: "test")
        namespace.update({hook: bodies[hook] for hook in ("_call", *hooks)})

    return new_class("Drawn", (library.LLM,), exec_body=fill)


def _bodies(library: Library) -> dict[str, Callable[..., Any]]:  # noqa: C901, PLR0915  # four hooks that share steps
    """The hooks of a drawn model, as somebody would write them on this library."""

    def take(self: Any, hook: str, prompt: str, stop: Any, kwargs: dict[str, Any]) -> Take:
        took = Take(id(self), hook, prompt, stop, kwargs)
        self.journal.takes.append(took)
        return took

    def fails(self: Any) -> bool:
        """Whether this call, the last one noted, is one of those that fail."""
        plan: Model = self.plan
        return plan.failures is None or sum(take.model == id(self) for take in self.journal.takes) <= plan.failures

    def chunks(self: Any, prompt: str, hook_fails: bool) -> Iterator[tuple[bool, Any]]:  # noqa: FBT001
        """Each chunk, and whether there is a gate before it."""
        plan: Model = self.plan
        for number, token in enumerate(plan.tokens):
            if hook_fails and number == plan.fails_at and plan.fails_on in prompt:
                raise ConnectionError("the line is cut")
            info = plan.infos[number] if number < len(plan.infos) else None
            yield (
                number == plan.gate,
                library.GenerationChunk(text=token.replace("@", prompt), generation_info=info and dict(info)),
            )
        if hook_fails and plan.fails_at is not None and plan.fails_at >= len(plan.tokens) and plan.fails_on in prompt:
            raise ConnectionError("the line is cut")

    def answer(self: Any, prompt: str) -> str:
        if self.plan.call_fails and self.plan.fails_on in prompt and fails(self):
            raise ConnectionError("the line is cut")
        return "".join(token.replace("@", prompt) for token in self.plan.tokens)

    def _call(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        took = take(self, "_call", prompt, stop, kwargs)
        if self.plan.gate is not None:
            self.journal.gate()
        text = answer(self, prompt)
        if self.plan.call_reports and run_manager:
            run_manager.on_llm_new_token(text)
        took.ended = "end"
        return text

    async def _acall(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        took = take(self, "_acall", prompt, stop, kwargs)
        if self.plan.gate is not None:
            await self.journal.agate()
        text = answer(self, prompt)
        if self.plan.call_reports and run_manager:
            await run_manager.on_llm_new_token(text)
        took.ended = "end"
        return text

    def _stream(self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        took = take(self, "_stream", prompt, stop, kwargs)
        try:
            for gated, chunk in chunks(self, prompt, fails(self)):
                if gated:
                    self.journal.gate()
                if run_manager and self.plan.reports == "chunk":
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                elif run_manager and self.plan.reports == "text":
                    run_manager.on_llm_new_token(chunk.text)
                took.made += 1
                yield chunk
        except BaseException as error:
            took.ended = type(error).__name__
            raise
        took.ended = "end"

    async def _astream(
        self: Any, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        took = take(self, "_astream", prompt, stop, kwargs)
        try:
            for gated, chunk in chunks(self, prompt, fails(self)):
                if gated:
                    await self.journal.agate()
                if run_manager and self.plan.reports == "chunk":
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                elif run_manager and self.plan.reports == "text":
                    await run_manager.on_llm_new_token(chunk.text)
                took.made += 1
                yield chunk
        except BaseException as error:
            took.ended = type(error).__name__
            raise
        took.ended = "end"

    return {"_call": _call, "_acall": _acall, "_stream": _stream, "_astream": _astream}
