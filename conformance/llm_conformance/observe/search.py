"""A search for the smallest input that violates a rule: Hypothesis draws and shrinks, the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

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
        if outcome is None or self._hung:
            return False
        self.found, self.steps = outcome, tuple(steps)
        self._hung = outcome.hung is not None
        return not self._hung

    @property
    def over(self) -> bool:
        """Whether the search must stop."""
        return self._hung

    def result(self, run: Callable[[], object]) -> Search:
        """Search, and record what was found."""
        from hypothesis.errors import Flaky  # noqa: PLC0415 - only a search pays for the import

        flaky = False
        try:
            with _no_trace_of_hypothesis(), suppress(RuleBroken):
                run()
        except Flaky:
            flaky = True
        return Search(examples=self.examples, counterexample=self.found, steps=self.steps, flaky=flaky)


@contextmanager
def _no_trace_of_hypothesis() -> Iterator[None]:
    """Keep Hypothesis' files out of the folder in which a user judges a model."""
    from hypothesis import configuration  # noqa: PLC0415 - the same

    before: Any = configuration.storage_directory(intent_to_write=False)
    with TemporaryDirectory(prefix="llm-conformance-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(getattr(before, "home_directory", before))


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
    max_examples: int, strategy: Any, traps: Sequence[T], broken: Callable[[T], ControlledOutcome | None]
) -> Search:
    """The smallest input of the strategy, or one of the traps, for which `broken` returns the outcome of a call."""
    import hypothesis  # noqa: PLC0415 - the same

    given: Any = hypothesis.given
    search_state = CounterexampleSearch()

    def one(value: T) -> None:
        search_state.examples += 1
        if not search_state.over and search_state.breaks(broken(value)):
            raise RuleBroken

    drawn = search_state.result(hypothesis.seed(SEED)(settings(max_examples)(given(strategy)(one))))
    if drawn.counterexample is not None or drawn.flaky:
        return drawn
    # A trap that is unlike every drawn input cannot be made smaller; it is small already.
    for trap in traps:
        with suppress(RuleBroken):
            one(trap)
        if search_state.found is not None:
            break
    return Search(examples=search_state.examples, counterexample=search_state.found)
