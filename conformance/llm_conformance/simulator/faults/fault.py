"""The fault: a deviation of the provider or the network, with a name, and the behavior of a correct client.

A fault is a function: from the actions of a faultless answer to the actions to perform, or from a golden stream to one
that is harder to transport. It refers to formats by name only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from llm_conformance.simulator.actions import Actions, End, Event, ResponseHead
from llm_conformance.simulator.case import Case, FinishStyle
from llm_conformance.simulator.formats import FORMATS, StreamEncoding
from llm_fixtures import Golden

Transform = Callable[[Actions], Actions]
Retext = Callable[[Golden], Golden]

ALL = tuple(FORMATS)
SSE = tuple(name for name, form in FORMATS.items() if form.encoding is StreamEncoding.SSE)
OPENAI = tuple(name for name in FORMATS if name.startswith("openai-"))
RESPONSES = "openai-responses"
GEMINI = "gemini"
# The APIs whose chunks have `choices`, and whose streams end with `[DONE]`.
CHOICES = tuple(name for name in OPENAI if name != RESPONSES)
# The APIs whose streams have an end of their own. Gemini's end with the body: a finish reason says that they are whole.
ENDED = tuple(name for name in FORMATS if name != GEMINI)


class FaultClass(StrEnum):
    """The kinds of faults."""

    DELIVERY = "delivery"
    SYNTAX = "syntax"
    CONTENT = "content"
    TERMINATOR = "terminator"
    ERROR = "error in stream"
    CUT = "cut"
    STALL = "stall"
    HTTP = "HTTP error"
    UNSPECIFIED = "unspecified"


class Expected(StrEnum):
    """The behavior of a correct client. It never ends normally with a text other than the exact one."""

    EXACT = "exact"
    RAISES = "raises"
    EITHER = "exact or raises"


class FaultLevel(StrEnum):
    """MUST: specified, and all measured clients comply. SHOULD: specified, but some do not. MAY: not specified."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class RequestTraits:
    """The properties of a request that a fault may depend on.

    attempt: its ordinal number, from 1. streamed: whether it asks for a stream. gzip: whether it accepts gzip.
    in_array: whether it asks for a stream that is one JSON array, which has no events.
    """

    attempt: int = 1
    streamed: bool = True
    gzip: bool = True
    in_array: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault by name.

    expected: the behavior of a correct client. level: whether a violation is a MUST, a SHOULD or a MAY.
    rule: what the provider sends, in one sentence. formats: the formats it applies to.
    transform: changes the actions of a stream. whole: changes those of an answer that is not streamed. None: unchanged.
    retext: changes the golden stream. finish: where a stream states its finish reason; None: as its case says.
    gzip: applies only to clients that accept gzip. passing: applies only to every other attempt, from the first.
    """

    name: str
    kind: FaultClass
    expected: Expected
    level: FaultLevel
    rule: str
    formats: tuple[str, ...] = ALL
    transform: Transform | None = None
    whole: Transform | None = None
    retext: Retext | None = None
    gzip: bool = False
    passing: bool = False
    finish: FinishStyle | None = None

    @property
    def of_response(self) -> bool:
        """Whether the fault changes a response and not the golden stream, so that it may not apply to a response."""
        return self.transform is not None or self.finish is not None

    @property
    def _of_any_encoding(self) -> bool:
        """Whether the fault does not need server-sent events."""
        return not set(self.formats) <= set(SSE)

    def answer(self, golden: Golden) -> Golden:
        """The golden stream under this fault. Its text is the exact text."""
        return golden if self.retext is None else self.retext(golden)

    def case(self, case: Case) -> Case:
        """The case under this fault."""
        return replace(case, golden=self.answer(case.golden), finish=self.finish or case.finish)

    def tokens_before_fault(self, tokens: int) -> int:
        """How many of this number of tokens are sent before the fault; 0 if that cannot be determined."""
        token_events = (Event(b"{}", token=index) for index in range(tokens))
        answer: Actions = (ResponseHead(200, ()), *token_events, Event(b"{}", end=True), End())
        sent = self.apply(answer, RequestTraits())
        return 1 + max((one.token for one in sent if isinstance(one, Event) and one.token is not None), default=-1)

    def apply(self, actions: Actions, traits: RequestTraits) -> Actions:
        """The actions to perform instead of these."""
        transform = self.transform if traits.streamed else self.whole
        skipped = (self.gzip and not traits.gzip) or (self.passing and traits.attempt % 2 == 0)
        skipped = skipped or (traits.in_array and not self._of_any_encoding)
        return actions if transform is None or skipped else transform(actions)


@dataclass(slots=True)
class FaultFamily:
    """The faults of one kind. Decorators register their functions."""

    kind: FaultClass
    formats: tuple[str, ...] = ALL
    faults: dict[str, Fault] = field(default_factory=dict)

    def on_response(
        self,
        expected: Expected,
        level: FaultLevel,
        *formats: str,
        whole: Transform | bool = True,
        gzip: bool = False,
        passing: bool = False,
    ) -> Callable[[Transform], Transform]:
        """Register a function that changes the actions of a response.

        whole: whether it also applies to an answer that is not streamed, or the function that does.
        """

        def register(transform: Transform) -> Transform:
            name = transform.__name__
            whole_transform = (transform if whole else None) if isinstance(whole, bool) else whole
            fault = Fault(
                name=name,
                kind=self.kind,
                expected=expected,
                level=level,
                rule=rule(transform),
                formats=formats or self.formats,
                transform=transform,
                whole=whole_transform,
                gzip=gzip,
                passing=passing,
            )
            self.add(fault)
            return transform

        return register

    def on_text(
        self, expected: Expected, level: FaultLevel, transform: Transform | None = None
    ) -> Callable[[Retext], Retext]:
        """Register a function that changes the golden stream. `transform` also changes the actions."""

        def register(retext: Retext) -> Retext:
            fault = Fault(
                name=retext.__name__,
                kind=self.kind,
                expected=expected,
                level=level,
                rule=rule(retext),
                formats=self.formats,
                transform=transform,
                whole=transform,
                retext=retext,
            )
            self.add(fault)
            return retext

        return register

    def add(self, *faults: Fault) -> None:
        """Add faults. Raises TypeError if a name is taken."""
        for fault in faults:
            if fault.name in self.faults:
                raise TypeError(f"duplicate fault name: {fault.name!r}")
            self.faults[fault.name] = fault


def rule(function: Callable[..., object]) -> str:
    """The rule of a fault: the docstring of its function. Raises TypeError if there is none."""
    if not function.__doc__:
        raise TypeError(f"fault {function.__name__!r} has no docstring, which is its rule")
    return " ".join(function.__doc__.split())


def collect_families(families: Iterable[FaultFamily]) -> dict[str, Fault]:
    """All faults of these families by name. Raises TypeError if a name occurs twice."""
    faults = [fault for family in families for fault in family.faults.values()]
    names = [fault.name for fault in faults]
    if duplicates := {name for name in names if names.count(name) > 1}:
        raise TypeError(f"duplicate fault name: {', '.join(sorted(duplicates))}")
    return dict(zip(names, faults, strict=True))
