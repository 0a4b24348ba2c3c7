"""The steps of a chain without a model: functions, generators, prompts and parsers."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from reference.differential.library import Library
from reference.differential.plan import Calls, Plain


def plain_step(plan: Plain, library: Library) -> Any:
    if plan.kind == "prompt":
        return library.PromptTemplate.from_template("say {q}")
    if plan.kind == "parser":
        return library.StrOutputParser()
    if plan.kind == "passthrough":
        return library.RunnablePassthrough()
    if plan.kind in ("by_piece", "breaks"):
        return library.RunnableGenerator(*_generators(plan.kind))
    function = _functions(library)[plan.kind]

    if plan.kind == "dispatches":

        async def afunction(text: Any) -> Any:
            await library.adispatch_custom_event("custom", {"text": text})
            return text
    else:

        async def afunction(text: Any) -> Any:
            return function(text)

    afunction.__name__ = plan.kind
    return library.RunnableLambda(function, afunction if plan.is_async else None)


def _functions(library: Library) -> dict[str, Callable[[Any], Any]]:
    def shout(text: Any) -> str:
        return _text(text).upper()

    def join(pieces: Any) -> str:
        return "&".join(f"{key}={_text(pieces[key])}" for key in sorted(pieces))

    def raises(text: Any) -> str:
        raise ConnectionError("the function fails")

    def dispatches(text: Any) -> Any:
        library.dispatch_custom_event("custom", {"text": text})
        return text

    return {"shout": shout, "join": join, "raises": raises, "dispatches": dispatches}


def _generators(kind: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Two generator functions, synchronous and asynchronous; those named "breaks" fail at the second chunk."""

    def by_piece(pieces: Iterator[Any]) -> Iterator[str]:
        for number, piece in enumerate(pieces):
            if kind == "breaks" and number:
                raise ConnectionError("the generator fails")
            yield "<"
            yield f"{_text(piece)}>"

    async def aby_piece(pieces: AsyncIterator[Any]) -> AsyncIterator[str]:
        number = 0
        async for piece in pieces:
            if kind == "breaks" and number:
                raise ConnectionError("the generator fails")
            number += 1
            yield "<"
            yield f"{_text(piece)}>"

    by_piece.__name__ = aby_piece.__name__ = kind
    return by_piece, aby_piece


def calling_step(plan: Calls, inner: Any, library: Library) -> Any:
    def calls_node(text: Any, config: Any) -> Any:
        configs = (config,) if plan.passes else ()
        if plan.how == "answer":
            return inner
        return inner.invoke(text, *configs) if plan.how == "invoke" else "".join(inner.stream(text, *configs))

    async def acalls_node(text: Any, config: Any) -> Any:
        configs = (config,) if plan.passes else ()
        if plan.how == "answer":
            return inner
        if plan.how == "invoke":
            return await inner.ainvoke(text, *configs)
        return "".join([chunk async for chunk in inner.astream(text, *configs)])

    acalls_node.__name__ = "calls_node"
    return library.RunnableLambda(calls_node, acalls_node if plan.is_async else None)


def _text(value: Any) -> str:
    return value.to_string() if hasattr(value, "to_string") else str(value)
