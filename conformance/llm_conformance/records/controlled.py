"""What came of a call whose model was held in hand: what was heard, and what the model did meanwhile."""

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
    """One time that the model took its text: `given` tokens of `whole`.

    ended: "finished", "closed", "cancelled" or "failed"; empty where it went on, or waited for ever.
    """

    sent: int
    total: int
    outcome: str = ""

    @property
    def text(self) -> str:
        """The take in words."""
        return f"{self.outcome or 'still running'} at token {self.sent} of {self.total}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledOutcome(CallOutcome):
    """One call of a model that was held in hand.

    said: the tokens that it was made to say, up to where it was made to fail.
    chunks: what was heard of them.
    counts: how much of something there was at a named moment.
    takes: what the model did, as it stood at the end.
    again: what one more next gave after the end; None where the end stayed the end.
    left: what the call left behind: tasks, and threads that still run code of the model.
    """

    kind: ClassVar[str] = "trial"

    tokens: tuple[str, ...] = ()
    chunks: tuple[Value, ...] = ()
    milestones: dict[Milestone, int] = field(default_factory=dict)
    generations: tuple[GenerationRecord, ...] = ()
    after_end: str | None = None
    leftovers: tuple[str, ...] = ()
    streamed: bool = True
    cut_at: int | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each chunk."""
        return tuple(chunk.text or "" for chunk in self.chunks)

    @property
    def text(self) -> str:
        """The texts of the chunks, added up."""
        return "".join(self.texts)

    @property
    def display(self) -> Text:
        """The chunks as a finding shows them."""
        return Text(self.texts)

    @property
    def still_generating(self) -> tuple[GenerationRecord, ...]:
        """The takes that did not end, or ran to the end."""
        return tuple(take for take in self.generations if take.outcome in {"", "finished"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledOutcomes(CallOutcome):
    """Several such calls of one scenario, by what each of them is."""

    kind: ClassVar[str] = "trials"

    by_label: dict[str, ControlledOutcome] = field(default_factory=dict)
