"""The journal: what the server received and how it ended. Written by the server's thread, read by any."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Condition
from typing import Any

from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.respond import Decision

_SECRET = frozenset({"authorization", "proxy-authorization", "api-key", "x-api-key", "cookie"})


class Ending(StrEnum):
    """How a request ended, as the server saw it."""

    RUNNING = "running"
    ANSWERED = "answered"
    LEFT = "client went away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived. `attempts` tells for each nonce the how-manieth request with it this was.

    Where the path names the case, its address stands for the nonce. `status` is None if the client gets no answer at
    all, and `fault` if the answer is undisturbed.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    nonces: tuple[str, ...]
    attempts: Mapping[str, int]
    status: int | None
    fault: str | None = None
    ended: Ending = Ending.RUNNING


Chosen = Callable[[tuple[Request, ...]], tuple[Request, ...]]


class RequestLog:
    """All requests in the order of their arrival. Whoever is to be `told` of each that ends must be quick about it."""

    def __init__(self, on_request_end: Callable[[Request], None] | None = None) -> None:
        self._told = on_request_end
        self._changed = Condition()
        self._requests: list[Request] = []
        self._attempts: Counter[str] = Counter()

    def begin(self, head: Head, seen: Decision) -> int:
        """Note a request before it is answered; the number is its place."""
        # A key is no business of a test report, and reports are made from these notes.
        headers = {name: "redacted" if name in _SECRET else value for name, value in head.headers.items()}
        with self._changed:
            self._attempts.update(seen.nonces)
            request = Request(
                method=head.method,
                path=head.path,
                headers=headers,
                body=seen.body,
                nonces=seen.nonces,
                attempts={nonce: self._attempts[nonce] for nonce in seen.nonces},
                status=seen.status,
                fault=seen.fault,
            )
            self._requests.append(request)
            return len(self._requests) - 1

    def attempts(self) -> Mapping[str, int]:
        """How many requests there were for each nonce."""
        with self._changed:
            return dict(self._attempts)

    def end(self, place: int, ended: Ending) -> None:
        """Note how a request ended."""
        with self._changed:
            request = self._requests[place] = replace(self._requests[place], ended=ended)
            self._changed.notify_all()
        if self._told is not None:
            self._told(request)

    def snapshot(self) -> tuple[Request, ...]:
        """All requests until now."""
        with self._changed:
            return tuple(self._requests)

    def wait_settled(self, timeout: float, chosen: Chosen = lambda every: every) -> tuple[Request, ...]:
        """The requests that are `chosen`, as soon as none of them is running, or as they are at the deadline."""
        with self._changed:
            self._changed.wait_for(lambda: self._all_ended(chosen), timeout)
            return chosen(tuple(self._requests))

    def _all_ended(self, chosen: Chosen) -> bool:
        return all(request.ended is not Ending.RUNNING for request in chosen(tuple(self._requests)))
