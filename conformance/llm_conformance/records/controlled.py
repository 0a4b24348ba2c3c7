"""One call of a controlled model: what the consumer got, and what the model did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from llm_conformance.records.outcome import CallOutcome
from llm_conformance.records.value import Text, Value


class Milestone(StrEnum):
    """A named moment of a controlled call. Its value is a count, or 1 for a moment that was reached."""

    GENERATIONS_BEFORE_NEXT = "generations before next"
    GENERATIONS_AFTER_CLOSE = "generations after close"
    TOKENS_AFTER_ONE_CHUNK = "tokens after one chunk"
    CONSUMER_LEAVING = "consumer leaving"
    CONSUMER_LEFT = "consumer left"
    MODEL_STOPPED = "model stopped"
    NOTHING_LEFT = "nothing left"
    STOPPED_BY_GC = "stopped by gc"
    CANCEL_REQUESTED = "cancel requested"
    CANCELLATION_SWALLOWED = "cancellation swallowed"
    PEAK_CONCURRENCY = "peak concurrency"
    CONCURRENT_CALLS = "concurrent calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """One generation: the model took its text from the controller once.

    sent: how many tokens the controller gave to the model.
    total: how many tokens the answer has.
    outcome: "finished", "closed", "cancelled" or "failed"; "unblocked" if the harness resumed the paused answer
        to end a call of an adapter; empty if the model was still running or waiting at the end.
    """

    sent: int
    total: int
    outcome: str = ""

    @property
    def text(self) -> str:
        """The generation in words."""
        return f"{self.outcome or 'still running'} at token {self.sent} of {self.total}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledOutcome(CallOutcome):
    """One call of a controlled model.

    tokens: the tokens that the model is made to generate, up to the planned failure if there is one; of a black box,
        the chunks of an earlier identical answer.
    chunks: the chunks that the consumer got.
    milestones: the moments that were reached, with a count, or 1.
    generations: what the model did, as it was at the end of the call.
    after_end: what one more next() returned after the end; null if it raised the end again.
    leftovers: the tasks that the call left behind, and the threads that still run code of the model.
    streamed: the model streams this call; false for one that gives its whole answer in one chunk.
    cut_at: the byte at which the body of the response was cut in two; null if it was not.
    prompt: the prompt, where the call is about it.
    received: the prompts that the script got from the model meanwhile.
    """

    kind: ClassVar[str] = "controlled-outcome"

    tokens: tuple[str, ...] = ()
    chunks: tuple[Value, ...] = ()
    milestones: dict[Milestone, int] = field(default_factory=dict)
    generations: tuple[GenerationRecord, ...] = ()
    after_end: str | None = None
    leftovers: tuple[str, ...] = ()
    streamed: bool = True
    cut_at: int | None = None
    prompt: str = ""
    received: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each chunk."""
        return tuple(chunk.text or "" for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The texts of the chunks, concatenated."""
        return "".join(self.texts)

    @property
    def display(self) -> Text:
        """The chunks as a finding shows them."""
        return Text(self.texts)

    @property
    def still_generating(self) -> tuple[GenerationRecord, ...]:
        """The generations that did not end, or ran to the end."""
        return tuple(one for one in self.generations if one.outcome in {"", "finished"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledOutcomes(CallOutcome):
    """Several controlled calls of one scenario.

    by_label: each call, by what it is.
    """

    kind: ClassVar[str] = "controlled-outcomes"

    by_label: dict[str, ControlledOutcome] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())
