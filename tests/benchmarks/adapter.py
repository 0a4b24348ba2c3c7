"""P7: the adapter against a provider on the loopback interface: CPU per token, and the time to the first token."""

import asyncio
from collections.abc import AsyncIterator, Iterator
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


def adapter(*, tiny: bool = False) -> Rows:
    """One row for each comparison."""
    tokens, calls = (50, 3) if tiny else (_TOKENS, _CALLS)
    for call in ("stream", "astream"):
        ours = fresh(ours_per_token, call, tokens, tiny=tiny)
        raw = fresh(bytes_per_token, call, tokens, tiny=tiny)
        theirs = fresh(theirs_per_token, call, tokens, tiny=tiny)
        what = f"{call}, CPU per token"
        yield Row("P7", what, ours, "us", Wanted.AT_MOST, 1.7, "httpx, bytes only", raw)
        yield Row("P7", what, ours, "us", Wanted.AT_LEAST, 8, "langchain-openai", theirs)
    for call in ("stream", "astream"):
        ours, theirs = fresh(ours_first, call, calls, tiny=tiny), fresh(theirs_first, call, calls, tiny=tiny)
        what = f"{call}, time to the first token"
        yield Row("P7", what, ours, "us", Wanted.AT_LEAST, 2.4, "langchain-openai", theirs)


def ours_per_token(call: str, tokens: int, *, tiny: bool) -> float:
    with provider(tokens) as url:
        return _per_token(_ours(url), call, tokens, tiny=tiny)


def theirs_per_token(call: str, tokens: int, *, tiny: bool) -> float:
    with provider(tokens) as url:
        return _per_token(_theirs(url), call, tokens, tiny=tiny)


def bytes_per_token(call: str, tokens: int, *, tiny: bool) -> float:
    """The lower bound for a client on httpx: a request, and the bytes of its response."""
    with provider(tokens) as url:
        return _per_token(_Bytes(url), call, tokens, tiny=tiny)


def ours_first(call: str, calls: int, *, tiny: bool) -> float:
    with provider(_FEW) as url:
        return _first(_ours(url), call, calls)


def theirs_first(call: str, calls: int, *, tiny: bool) -> float:
    with provider(_FEW) as url:
        return _first(_theirs(url), call, calls)


def _ours(url: str) -> Any:
    from llm_reference import OpenAICompletions  # noqa: PLC0415  # only where it is measured

    return OpenAICompletions(base_url=url, api_key="k", model="m")


def _theirs(url: str) -> Any:
    from langchain_openai import OpenAI  # noqa: PLC0415  # as above

    return OpenAI(base_url=url, api_key="k", model="m")  # type: ignore[arg-type]  # a plain str is accepted, too


class _Bytes:
    """The packets that httpx yields; the connection is kept open."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/completions"
        self._client, self._aclient = httpx.Client(), httpx.AsyncClient()

    def stream(self, prompt: str) -> Iterator[bytes]:
        with self._client.stream("POST", self._url, json={"prompt": prompt, "stream": True}) as response:
            yield from response.iter_bytes()

    async def astream(self, prompt: str) -> AsyncIterator[bytes]:
        async with self._aclient.stream("POST", self._url, json={"prompt": prompt, "stream": True}) as response:
            async for packet in response.aiter_bytes():
                yield packet


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
