"""A search for the smallest input that breaks a rule: Hypothesis draws and shrinks, and every run draws the same."""

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
    """How many inputs are tried for each rule."""

    QUICK = 20
    CI = 100
    DEEP = 1000


class RuleBroken(Exception):  # noqa: N818 - what Hypothesis is told
    """An input breaks the rule."""


class CounterexampleSearch:
    """Remembers the last input that broke the rule, which is the smallest when the search is over.

    A call that hangs is never made smaller: each further try would cost its deadline.
    """

    def __init__(self) -> None:
        self.examples = 0
        self.found: ControlledOutcome | None = None
        self.steps: tuple[str, ...] = ()
        self._hung = False

    def breaks(self, outcome: ControlledOutcome | None, steps: Sequence[str] = ()) -> bool:
        """Take note of what came of one input; None where it kept the rule."""
        if outcome is None or self._hung:
            return False
        self.found, self.steps = outcome, tuple(steps)
        self._hung = outcome.hung is not None
        return not self._hung

    @property
    def over(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._hung

    def result(self, run: Callable[[], object]) -> Search:
        """Search, and tell what was found."""
        from hypothesis.errors import Flaky  # noqa: PLC0415 - only who searches pays for it

        wavers = False
        try:
            with _no_trace_of_hypothesis(), suppress(RuleBroken):
                run()
        except Flaky:
            wavers = True
        return Search(examples=self.examples, counterexample=self.found, steps=self.steps, flaky=wavers)


@contextmanager
def _no_trace_of_hypothesis() -> Iterator[None]:
    """What Hypothesis writes is of no use to the folder in which somebody judges a model."""
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
    # The first numbers are the letters, and trade places with the control characters.
    code = number + _LETTERS.start if number < len(_LETTERS) else number
    code = number - _LETTERS.start if number in _LETTERS else code
    return chr(code if code < _SURROGATES.start else code + len(_SURROGATES))


def settings(tries: int, **more: Any) -> Any:
    """Every run draws the same, and no clock decides."""
    from hypothesis import HealthCheck, Phase, Verbosity  # noqa: PLC0415 - the same
    from hypothesis import settings as of_hypothesis  # noqa: PLC0415 - the same

    return of_hypothesis(
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=tries,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
        # Two different failures would be raised as a group.
        report_multiple_bugs=False,
        **more,
    )


def search(tries: int, strategy: Any, traps: Sequence[T], try_: Callable[[T], ControlledOutcome | None]) -> Search:
    """The smallest input of the strategy, or one of the traps, of which `try_` gives a trial."""
    import hypothesis  # noqa: PLC0415 - the same

    given: Any = hypothesis.given
    hunt = CounterexampleSearch()

    def one(value: T) -> None:
        hunt.examples += 1
        if not hunt.over and hunt.breaks(try_(value)):
            raise RuleBroken

    drawn = hunt.result(hypothesis.seed(SEED)(settings(tries)(given(strategy)(one))))
    if drawn.counterexample is not None or drawn.flaky:
        return drawn
    # A trap that no drawn input comes near cannot be made smaller; it is small as it is.
    for trap in traps:
        with suppress(RuleBroken):
            one(trap)
        if hunt.found is not None:
            break
    return Search(examples=hunt.examples, counterexample=hunt.found)
