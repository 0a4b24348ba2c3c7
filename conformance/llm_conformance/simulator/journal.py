"""The journal: what the server received and how it ended. Written by the server's thread, read by any."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Condition
from typing import Any

from llm_conformance.simulator.dispatch import Dispatch
from llm_conformance.simulator.message import Head

_SECRET = frozenset({"authorization", "proxy-authorization", "api-key", "x-api-key", "cookie"})


class Ending(StrEnum):
    """How a request ended, as the server saw it."""

    RUNNING = "running"
    ANSWERED = "answered"
    LEFT = "client went away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it arrived. `attempts` tells for each nonce the how-manieth request with it this was."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    nonces: tuple[str, ...]
    attempts: Mapping[str, int]
    status: int
    ended: Ending = Ending.RUNNING


class Journal:
    """All requests in the order of their arrival."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._requests: list[Request] = []
        self._attempts: Counter[str] = Counter()

    def begin(self, head: Head, seen: Dispatch) -> int:
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
                status=seen.answer.status,
            )
            self._requests.append(request)
            return len(self._requests) - 1

    def end(self, place: int, ended: Ending) -> None:
        """Note how a request ended."""
        with self._changed:
            self._requests[place] = replace(self._requests[place], ended=ended)
            self._changed.notify_all()

    def snapshot(self) -> tuple[Request, ...]:
        """All requests until now."""
        with self._changed:
            return tuple(self._requests)

    def settled(self, timeout: float) -> tuple[Request, ...]:
        """All requests as soon as none is running, or as they are at the deadline."""
        with self._changed:
            self._changed.wait_for(self._all_ended, timeout)
            return tuple(self._requests)

    def _all_ended(self) -> bool:
        return all(request.ended is not Ending.RUNNING for request in self._requests)
