"""The format: how one provider's API is spoken. Pure, from the body of a request to an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from llm_conformance.simulator.action import Answer
from llm_conformance.simulator.case import Case


class Refusal(Exception):  # noqa: N818 - an answer to the client, no error of ours
    """The request is refused before a stream begins: status, message and the parameter at fault."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param


class Order(Protocol):
    """A request that was read and understood."""

    @property
    def prompts(self) -> tuple[str, ...]:
        """The texts in which nonces are looked for, one case for each."""

    def answer(self, cases: Sequence[Case], serial: int) -> Answer:
        """What the provider would say: `cases` go with `prompts`, `serial` makes ids differ between answers."""


@dataclass(frozen=True, slots=True)
class Format:
    """One provider's API by name, with its path and its two doors: to read a request, and to refuse it."""

    name: str
    path: str
    read: Callable[[Any], Order]
    refuse: Callable[[Refusal, int], Answer]
