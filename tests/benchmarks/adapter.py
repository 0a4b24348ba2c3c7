"""P7: the adapter against a provider on the loopback interface: CPU per token, and the time to the first token."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from time import perf_counter
from typing import Any

import httpx

from benchmarks.measure import acpu, cpu, fresh
from benchmarks.provider import provider
from benchmarks.row import Row, Rows, Wanted

_MICRO = 1e6
_TOKENS = 20_000
_FEW = 20
_CALLS = 200
_CLIENTS, _CHAT_CLIENTS = ("ours", "bytes", "theirs"), ("our chat", "their chat")


def adapter(*, tiny: bool = False) -> Rows:
    """One row for each comparison. The goals are those of the completions API."""
    tokens, calls = (50, 3) if tiny else (_TOKENS, _CALLS)
    for call in ("stream", "astream"):
        ours, raw, theirs = (fresh(per_token, client, call, tokens, tiny=tiny) for client in _CLIENTS)
        what = f"{call}, CPU per token"
        yield Row("P7", what, ours, "us", Wanted.AT_MOST, 1.7, "httpx, bytes only", raw)
        yield Row("P7", what, ours, "us", Wanted.AT_LEAST, 8, "langchain-openai", theirs)
    for call in ("stream", "astream"):
        ours, theirs = (fresh(per_token, client, call, tokens, tiny=tiny) for client in _CHAT_CLIENTS)
        yield Row(
            "P7", f"{call} of a chat model, CPU per token", ours, "us", Wanted.AT_LEAST, 1, "langchain-openai", theirs
        )
    for call in ("stream", "astream"):
        ours, raw, theirs = (fresh(first, client, call, calls, tiny=tiny) for client in _CLIENTS)
        what = f"{call}, time to the first token"
        yield Row("P7", what, ours, "us", Wanted.AT_LEAST, 2.4, "langchain-openai", theirs)
        yield Row("P7", what, ours, "us", Wanted.AT_MOST, 1.7, "httpx, a new client", raw)


def per_token(client: str, call: str, tokens: int, *, tiny: bool) -> float:
    """Microseconds of CPU."""
    with provider(tokens, chat="chat" in client) as url:
        return _per_token(_MODELS[client](url), call, tokens, tiny=tiny)


def first(client: str, call: str, calls: int, *, tiny: bool) -> float:
    """Microseconds."""
    with provider(_FEW) as url:
        return _first(_MODELS[client](url), call, calls)


def _ours(url: str) -> Any:
    from llm_reference import OpenAICompletions  # noqa: PLC0415  # only where it is measured

    return OpenAICompletions(base_url=url, api_key="k", model="m")


def _our_chat(url: str) -> Any:
    from llm_reference import OpenAIChat  # noqa: PLC0415  # as above

    return OpenAIChat(base_url=url, api_key="k", model="m")


def _theirs(url: str) -> Any:
    from langchain_openai import OpenAI  # noqa: PLC0415  # as above

    return OpenAI(base_url=url, api_key="k", model="m")  # type: ignore[arg-type]  # a plain str is accepted, too


def _their_chat(url: str) -> Any:
    from langchain_openai import ChatOpenAI  # noqa: PLC0415  # as above

    return ChatOpenAI(base_url=url, api_key="k", model="m")  # type: ignore[arg-type]  # as above


class _Bytes:
    """The packets that httpx yields: the lower bound for a client on httpx, which has a new connection for each call.

    An adapter that keeps connections open, such as langchain-openai, can be quicker to the first token.
    """

    def __init__(self, url: str) -> None:
        self._url = f"{url}/completions"
        self._tls = httpx.create_ssl_context()

    def stream(self, prompt: str) -> Iterator[bytes]:
        with (
            httpx.Client(verify=self._tls) as client,
            client.stream("POST", self._url, json={"prompt": prompt, "stream": True}) as response,
        ):
            yield from response.iter_bytes()

    async def astream(self, prompt: str) -> AsyncIterator[bytes]:
        async with (
            httpx.AsyncClient(verify=self._tls) as client,
            client.stream("POST", self._url, json={"prompt": prompt, "stream": True}) as response,
        ):
            async for packet in response.aiter_bytes():
                yield packet


_MODELS: dict[str, Callable[[str], Any]] = {
    "ours": _ours,
    "our chat": _our_chat,
    "theirs": _theirs,
    "their chat": _their_chat,
    "bytes": _Bytes,
}


def _per_token(model: Any, call: str, tokens: int, *, tiny: bool) -> float:
    received = 0

    def work() -> None:
        nonlocal received
        received = sum(1 for _ in model.stream("p"))

    async def awork() -> None:
        nonlocal received
        received = 0
        async for _ in model.astream("p"):
            received += 1

    seconds = acpu(awork, tiny=tiny) if call == "astream" else cpu(work, tiny=tiny)
    assert received >= tokens, f"{received} of {tokens} tokens received"
    return seconds / tokens * _MICRO


def _first(model: Any, call: str, calls: int) -> float:
    """Wall-clock microseconds, because the caller waits; the minimum of many calls, because the machine is shared."""

    def first() -> float:
        start = perf_counter()
        chunks = model.stream("p")
        next(chunks)
        seconds = perf_counter() - start
        for _ in chunks:
            pass  # read to the end, so that a client can reuse the connection
        return seconds

    async def afirst() -> float:
        start = perf_counter()
        chunks = model.astream("p")
        await anext(chunks)
        seconds = perf_counter() - start
        async for _ in chunks:
            pass
        return seconds

    async def main() -> float:
        return min([await afirst() for _ in range(calls)])

    return (asyncio.run(main()) if call == "astream" else min(first() for _ in range(calls))) * _MICRO
