"""The fault: what goes wrong on the way, by name, and what a client owes its caller then.

A fault is pure: from the actions of an undisturbed answer to those that are performed, or from what the model says to
something it is harder to carry. It knows no format but by the names of those it applies to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from llm_conformance.simulator.actions import Actions, End, Event, ResponseHead
from llm_conformance.simulator.formats import FORMATS, StreamEncoding
from llm_fixtures import Golden

Transform = Callable[[Actions], Actions]
Retext = Callable[[Golden], Golden]

ALL = tuple(FORMATS)
SSE = tuple(name for name, form in FORMATS.items() if form.encoding is StreamEncoding.SSE)
OPENAI = tuple(name for name in FORMATS if name.startswith("openai-"))


class FaultClass(StrEnum):
    """What kind of thing goes wrong."""

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
    """What a correct client makes of it. It never ends normally with any other text than the exact one."""

    EXACT = "exact"
    RAISES = "raises"
    EITHER = "exact or raises"


class FaultLevel(StrEnum):
    """MUST: specified, and every measured client does it. SHOULD: specified, and some do not. MAY: not specified."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class RequestTraits:
    """What a fault may go by: the how-manieth attempt this is, whether a stream is asked for, and whether gzip is."""

    attempt: int = 1
    streamed: bool = True
    gzip: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault by name.

    kind: what goes wrong. earns: what a correct client makes of it. level: how much that is held against others.
    formats: those it applies to. rule: what it does, in one sentence.
    disturb: what becomes of a stream; whole: of an answer that is not streamed; None leaves it as it is.
    speak: what the model says instead. gzip: it spares clients that do not accept that. passing: it spares every
    second attempt.
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

    def answer(self, golden: Golden) -> Golden:
        """What the model says under this fault: its text is the exact one."""
        return golden if self.retext is None else self.retext(golden)

    def tokens_before_fault(self, tokens: int) -> int:
        """How many of so many tokens are sent before it goes wrong; 0 where that cannot be told."""
        said = (Event(b"{}", token=place) for place in range(tokens))
        row: Actions = (ResponseHead(200, ()), *said, Event(b"{}", end=True), End())
        sent = self.apply(row, RequestTraits())
        return 1 + max((one.token for one in sent if isinstance(one, Event) and one.token is not None), default=-1)

    def apply(self, actions: Actions, asked: RequestTraits) -> Actions:
        """What is performed in place of these actions."""
        disturb = self.transform if asked.streamed else self.whole
        spared = (self.gzip and not asked.gzip) or (self.passing and asked.attempt % 2 == 0)
        return actions if disturb is None or spared else disturb(actions)


@dataclass(slots=True)
class FaultFamily:
    """The faults of one kind, gathered as their functions are defined."""

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
        """Register a function of actions; `whole` says what is done to an answer that is not streamed."""

        def register(disturb: Transform) -> Transform:
            name = disturb.__name__
            other = (disturb if whole else None) if isinstance(whole, bool) else whole
            fault = Fault(
                name=name,
                kind=self.kind,
                expected=expected,
                level=level,
                rule=rule(disturb),
                formats=formats or self.formats,
                transform=disturb,
                whole=other,
                gzip=gzip,
                passing=passing,
            )
            self.add(fault)
            return disturb

        return register

    def on_text(
        self, expected: Expected, level: FaultLevel, transform: Transform | None = None
    ) -> Callable[[Retext], Retext]:
        """Register a function of what the model says; `disturb` is done to the answer besides."""

        def register(speak: Retext) -> Retext:
            fault = Fault(
                name=speak.__name__,
                kind=self.kind,
                expected=expected,
                level=level,
                rule=rule(speak),
                formats=self.formats,
                transform=transform,
                whole=transform,
                retext=speak,
            )
            self.add(fault)
            return speak

        return register

    def add(self, *faults: Fault) -> None:
        """Put faults on the shelf; a name is taken once."""
        for fault in faults:
            if fault.name in self.faults:
                raise TypeError(f"two faults are called {fault.name!r}")
            self.faults[fault.name] = fault


def rule(function: Callable[..., object]) -> str:
    """The sentence of a fault: the docstring of its function."""
    if not function.__doc__:
        raise TypeError(f"fault {function.__name__!r} has no docstring, which is its rule")
    return " ".join(function.__doc__.split())


def collect_families(shelves: Iterable[FaultFamily]) -> dict[str, Fault]:
    """All faults of these shelves by name."""
    every = [fault for shelf in shelves for fault in shelf.faults.values()]
    names = [fault.name for fault in every]
    if twice := {name for name in names if names.count(name) > 1}:
        raise TypeError(f"two faults are called {', '.join(sorted(twice))}")
    return dict(zip(names, every, strict=True))
