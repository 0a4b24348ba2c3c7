"""A search for the smallest input that violates a rule: Hypothesis draws and shrinks, the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from llm_conformance.driver.garbage import collect_growth
from llm_conformance.observe.isolated_hypothesis import isolated_hypothesis
from llm_conformance.records import ControlledOutcome, Search

T = TypeVar("T")

_SURROGATES = range(0xD800, 0xE000)
_LETTERS = range(ord("a"), ord("z") + 1)
# Without a seed, the source text of the test decides what Hypothesis draws.
SEED = 4


class Effort(IntEnum):
    """The number of generated inputs for each rule."""

    QUICK = 20
    CI = 100
    DEEP = 1000

    def rounds(self, divisor: int = 1) -> tuple[int, ...]:
        """The number of inputs of each round of a search.

        What Hypothesis draws depends on how many it draws. So a search begins with the rounds of the efforts below its
        own: it draws every input that they draw, and finds what they find. `divisor` makes every round smaller.
        """
        counts = [0, *(int(one) // divisor for one in Effort if one <= self)]
        return tuple(more - less for less, more in pairwise(counts))


EFFORTS = tuple(one.name.lower() for one in Effort)


class RuleBroken(Exception):  # noqa: N818 - a signal to Hypothesis, not an error
    """An input violates the rule."""


class CounterexampleSearch:
    """Keeps the last input that violated the rule, which is the smallest when the search is over.

    An input whose call hangs is not made smaller: each further try would take the whole timeout.
    """

    def __init__(self) -> None:
        self.examples = 0
        self.found: ControlledOutcome | None = None
        self.steps: tuple[str, ...] = ()
        self._hung = False

    def breaks(self, outcome: ControlledOutcome | None, steps: Sequence[str] = ()) -> bool:
        """Note the outcome of one input, None if it kept the rule; whether Hypothesis should make it smaller."""
        collect_growth()
        if outcome is None or self._hung:
            return False
        self.found, self.steps = outcome, tuple(steps)
        self._hung = outcome.hung is not None
        return not self._hung

    @property
    def over(self) -> bool:
        """Whether the search must stop."""
        return self._hung

    def draw(self, rounds: Sequence[int], run: Callable[[int, int], object]) -> Search:
        """Draw round by round, up to the first that finds something, and record what was found.

        run: runs one round, with its number of inputs and its seed.
        """
        for number, count in enumerate(rounds):
            drawn = self._drawn(partial(run, count, SEED + number))
            if drawn.counterexample is not None or drawn.flaky:
                return drawn
        return Search(examples=self.examples)

    def try_traps(self, run: Callable[[], object]) -> Search:
        """Try what is always tried, and record what was found. A trap is not made smaller: it is small already."""
        with suppress(RuleBroken):
            run()
        return Search(examples=self.examples, counterexample=self.found, steps=self.steps)

    def _drawn(self, run: Callable[[], object]) -> Search:
        from hypothesis.errors import Flaky  # noqa: PLC0415 - only a search pays for the import

        flaky = False
        try:
            with isolated_hypothesis(), suppress(RuleBroken):
                run()
        except Flaky:
            flaky = True
        return Search(examples=self.examples, counterexample=self.found, steps=self.steps, flaky=flaky)


def characters() -> Any:
    """Any character of Unicode, surrogates apart, letters the simplest.

    Hypothesis' own would count all of Unicode once for every process.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - the same

    return st.integers(0, 0x10FFFF - len(_SURROGATES)).map(_character)


def _character(number: int) -> str:
    # The first numbers are the letters, which trade places with the control characters.
    code = number + _LETTERS.start if number < len(_LETTERS) else number
    code = number - _LETTERS.start if number in _LETTERS else code
    return chr(code if code < _SURROGATES.start else code + len(_SURROGATES))


def settings(max_examples: int, **more: Any) -> Any:
    """Settings of Hypothesis with which every run draws the same and no clock decides."""
    from hypothesis import HealthCheck, Phase, Verbosity  # noqa: PLC0415 - the same
    from hypothesis import settings as of_hypothesis  # noqa: PLC0415 - the same

    return of_hypothesis(
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=max_examples,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
        # Two different failures would be raised as a group.
        report_multiple_bugs=False,
        **more,
    )


def search(
    rounds: Sequence[int], strategy: Any, traps: Sequence[T], broken: Callable[[T], ControlledOutcome | None]
) -> Search:
    """The smallest input of the strategy, or one of the traps, for which `broken` returns the outcome of a call.

    rounds: the number of inputs of each round, as `Effort.rounds()` gives them.
    """
    import hypothesis  # noqa: PLC0415 - the same

    given: Any = hypothesis.given
    search_state = CounterexampleSearch()

    def one(value: T) -> None:
        search_state.examples += 1
        if not search_state.over and search_state.breaks(broken(value)):
            raise RuleBroken

    def draw(count: int, seed: int) -> None:
        hypothesis.seed(seed)(settings(count)(given(strategy)(one)))()

    def try_all() -> None:
        for trap in traps:
            one(trap)

    drawn = search_state.draw(rounds, draw)
    if drawn.counterexample is not None or drawn.flaky:
        return drawn
    return search_state.try_traps(try_all)
