"""How a call went, and what the calls that answer once gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.stalls import SHORTEST_STALL, Stalls
from llm_conformance.records.value import Display, Value


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that came out of a model.

    bases: the unqualified names of its classes, most derived first.
    place: where it was raised, as "file.py:12 in function".
    traceback: the frames of the model's side, the harness' own left out.
    leaks: a secret stood in the message, and was blotted out.
    """

    type: str
    message: str
    bases: tuple[str, ...]
    location: str
    traceback: str = ""
    cause: Raised | None = None
    leaks_secret: bool = False

    @property
    def chain(self) -> Iterator[Raised]:
        """The exception, and what caused it."""
        yield self
        if self.cause is not None:
            yield from self.cause.chain

    @property
    def text(self) -> str:
        """The exception in one line."""
        message = self.message.partition("\n")[0]
        return f"raised {self.bases[0]}{f': {message}' if message else ''} ({self.location})"


@dataclass(frozen=True, slots=True)
class Hung:
    """A call that did not end. `endless`: it was still giving chunks when the harness stopped listening."""

    seconds: float
    location: str
    chunks: int = 0
    endless: bool = False

    @property
    def text(self) -> str:
        """The silence in one line."""
        if self.endless:
            return f"did not end: still giving after {self.chunks} chunks ({self.location})"
        heard = f" after {self.chunks} chunk{'s' * (self.chunks != 1)}" if self.chunks else ""
        return f"no end within {self.seconds:g} s{heard} ({self.location})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """How one call went: it came to its end, raised, or hung.

    changed: the arguments of the caller that the call mutated, by name.
    warned: the warnings it caused, as "Category: text".
    given: what the call was given beside the prompt, where a check must know it.
    stalls: how long the loop stood still in it, where it is a call on a loop that came to its end.
    """

    raised: Raised | None = None
    hung: Hung | None = None
    seconds: float = 0.0
    mutated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    inconclusive: str = ""
    stop: str = ""
    stalls: Stalls | None = None

    @property
    def failed(self) -> bool:
        """Whether the call raised or hung."""
        return self.raised is not None or self.hung is not None

    @property
    def long_enough_to_judge_loop(self) -> bool:
        """Whether the call took so long that a stall of its loop means anything."""
        return not self.failed and self.seconds >= SHORTEST_STALL

    @property
    def blocked_loop(self) -> bool:
        """Whether time alone says that the call blocked its loop."""
        return not self.failed and self.stalls is not None and self.stalls.proves_blocking(self.seconds)

    @property
    def ended_with(self) -> str:
        """How the call ended, in one line."""
        if self.raised is not None:
            return self.raised.text
        return self.hung.text if self.hung is not None else "came to its end"

    @property
    def failure_signature(self) -> tuple[str, str] | None:
        """What went wrong and where: equal for two calls that broke at the same spot."""
        if self.raised is not None:
            return self.raised.type, self.raised.location
        return ("hung", self.hung.location) if self.hung is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(CallOutcome):
    """What invoke() or ainvoke() gave."""

    kind: ClassVar[str] = "reply"

    value: Value | None = None

    @property
    def text(self) -> str:
        """The text of the answer, empty where there is none."""
        return self.value.text or "" if self.value is not None else ""

    @property
    def display(self) -> Display:
        """The answer as a finding shows it."""
        return self.ended_with if self.failed or self.value is None else self.value.display


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(CallOutcome):
    """What batch() or abatch() gave: a slot for each item, an answer or an exception put there as a value."""

    kind: ClassVar[str] = "batch"

    returned_type: str = ""
    builtin: str = ""
    slots: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies(CallOutcome):
    """Several answers of one scenario, by what each of them is."""

    kind: ClassVar[str] = "replies"

    by_label: dict[str, Reply] = field(default_factory=dict)
