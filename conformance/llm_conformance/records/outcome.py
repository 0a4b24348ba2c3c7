"""How a call ended, and the results of invoke and batch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from llm_conformance.records.added import added
from llm_conformance.records.stalls import SHORTEST_STALL, Stalls
from llm_conformance.records.value import Display, Value

# The first line of a message of pydantic does not say what is wrong. The input, in brackets, may be long.
_VALIDATION = re.compile(r"(\d+ validation errors? for [^\n]*)\n(\S[^\n]*)\n +([^\n]*?)(?: \[type=[^\n]*)?(?:\n|\Z)")
# Status 401 and 403, and the exceptions that clients make of them.
_REFUSED = re.compile(r"\b40[13]\b|Unauthorized|AuthenticationError|PermissionDenied|Forbidden")


def headline(message: str) -> str:
    """The first line of the message of an exception; of a failed validation also the first field, and what it lacks."""
    found = _VALIDATION.match(message)
    return message.partition("\n")[0] if found is None else ": ".join(found.groups())


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that a call of the model raised.

    type: the qualified name of its class.
    message: its text; secrets are replaced.
    bases: the unqualified names of its classes, the most derived first.
    location: where it was raised, as "file.py:12 in function".
    traceback: its frames in the code of the model, without those of the harness.
    cause: the exception that caused it.
    leaks_secret: the message, or a note that was added to the exception, contained a secret.
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
        """The exception, followed by its causes."""
        yield self
        if self.cause is not None:
            yield from self.cause.chain

    @property
    def ends_process(self) -> bool:
        """Whether the model called `os._exit()`, or the like."""
        return "ProcessExitError" in self.bases

    @property
    def is_timeout(self) -> bool:
        """Whether it, or what caused it, is a timeout by its class."""
        return any("timeout" in name.lower() for one in self.chain for name in one.bases)

    @property
    def is_refusal(self) -> bool:
        """Whether a provider refused the call, by the status in the exception or in a cause."""
        return any(_REFUSED.search(f"{one.type} {one.message}") for one in self.chain)

    @property
    def text(self) -> str:
        """The exception in one line."""
        message = headline(self.message)
        return f"raised {self.bases[0]}{f': {message}' if message else ''} ({self.location})"


@dataclass(frozen=True, slots=True)
class Hung:
    """A call that did not end.

    seconds: how long nothing came from it; of an endless call, how long it was read.
    location: where the call stood, as "file.py:12 in function".
    chunks: how many chunks had arrived.
    endless: chunks were still arriving when the harness stopped reading.
    paused: the harness had paused the model, so the place is where it waited for the harness.
    blocks_loop: the call stood on the event loop itself, where nothing else could run meanwhile.
    beside: where an earlier call hung that still ran, and may have held what this one waited for; empty without one.
    """

    seconds: float
    location: str
    chunks: int = 0
    endless: bool = False
    paused: bool = False
    blocks_loop: bool = added(default=False)
    beside: str = ""

    @property
    def text(self) -> str:
        """The hang in one line."""
        if self.endless:
            return f"did not end: still yielding after {self.chunks} chunks ({self.location})"
        if self.chunks:
            chunks = f"{self.chunks} chunk{'s' * (self.chunks != 1)}"
            return f"yielded nothing for {self.seconds:.3g} s after {chunks} ({self.location})"
        return f"had not ended after {self.seconds:.3g} s ({self.location})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """How one call ended: normally, with an exception, or not at all.

    raised: the exception, if there is one.
    hung: set if the call did not end.
    seconds: how long the call took.
    mutated: the names of the caller's arguments that the call changed.
    warnings: the warnings that the call caused, as "Category: text".
    inconclusive: why the call is inconclusive; empty if it is not.
    stop: the stop text that the call was given; empty for none.
    stalls: how long the event loop stood still; null if the call did not run on a loop, or did not end.
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
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls of which the record consists, of one that has several."""
        return ()

    @property
    def model_calls(self) -> int | None:
        """How many answers the model was asked for, where the act decides that itself; None elsewhere."""
        return None

    @property
    def hangs(self) -> tuple[Hung, ...]:
        """How it hung, and how its parts did."""
        own = () if self.hung is None else (self.hung,)
        return own + tuple(hung for part in self.parts for hung in part.hangs)

    @property
    def failed(self) -> bool:
        """Whether the call raised or hung."""
        return self.raised is not None or self.hung is not None

    @property
    def long_enough_to_judge_loop(self) -> bool:
        """Whether the call took so long that a stall of its loop is significant."""
        return not self.failed and self.seconds >= SHORTEST_STALL

    @property
    def blocked_loop(self) -> bool:
        """Whether the stalls alone prove that the call blocked its loop."""
        return not self.failed and self.stalls is not None and self.stalls.proves_blocking(self.seconds)

    @property
    def ended_with(self) -> str:
        """How the call ended, in one line."""
        if self.raised is not None:
            return self.raised.text
        return self.hung.text if self.hung is not None else "ended normally"

    @property
    def failure_signature(self) -> tuple[str, str] | None:
        """The type and the place of the failure: equal for two calls that failed at the same place, or were refused."""
        if self.raised is not None:
            return self.raised.type, "" if self.raised.is_refusal else self.raised.location
        return ("hung", self.hung.location) if self.hung is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(CallOutcome):
    """The result of invoke() or ainvoke().

    value: the answer.
    """

    kind: ClassVar[str] = "reply"

    value: Value | None = None

    @property
    def text(self) -> str:
        """The text of the answer, empty where there is none."""
        return self.value.text or "" if self.value is not None else ""

    @property
    def is_dict(self) -> bool:
        """Whether the call returned a dict, such as an object of structured output."""
        return not self.failed and self.value is not None and self.value.base == "dict"

    @property
    def display(self) -> Display:
        """The answer as a finding shows it."""
        return self.ended_with if self.failed or self.value is None else self.value.display


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(CallOutcome):
    """The result of batch() or abatch().

    returned_type: the type of the returned object.
    builtin: the built-in type that it is an instance of.
    slots: for each item, an answer, or the exception that was put there as a value.
    """

    kind: ClassVar[str] = "batch"

    returned_type: str = ""
    builtin: str = ""
    slots: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies(CallOutcome):
    """Several answers of one scenario.

    by_label: each answer, by what it is.
    """

    kind: ClassVar[str] = "replies"

    by_label: dict[str, Reply] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[CallOutcome, ...]:
        """The calls."""
        return tuple(self.by_label.values())
