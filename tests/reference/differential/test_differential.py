"""Runs generated plans on the reference and on langchain-core: except for known differences, both behave the same.

By default the tests generate a few plans, the same ones each time. `LLM_DIFFERENTIAL=2000 pytest
tests/reference/differential` generates 2000, different ones each time.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reference.differential.compare import Comparison, compare
from reference.differential.examples import EXAMPLES
from reference.differential.known.questions import may_fail
from reference.differential.known.table import DIFFERENCES
from reference.differential.plan import Filters, Plan
from reference.differential.strategies import plans

LONG = os.environ.get("LLM_DIFFERENTIAL")
COUNT = int(LONG or 150)

# Differences in the arguments of handlers only.
FORMAL = {"run type", "inputs"}

README = Path(__file__).parents[3] / "reference" / "README.md"

# The README describes these below its table, because the contract leaves the choice open.
IN_WORDS = {
    *FORMAL,
    "wrapped",
    "report order",
    "unclosed stream",
    "unclosed model",
    "unreported close",
    "raises beside others",
}

# langchain-core calls v1 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

KINDS: dict[str, Callable[[Plan], bool]] = {
    "error": may_fail,
    "cancel": lambda plan: plan.early_exit is not None and plan.early_exit.how == "cancel",
    "early close": lambda plan: plan.early_exit is not None and plan.early_exit.how != "cancel",
    "filter": lambda plan: plan.filters != Filters(),
    "concurrency": lambda plan: plan.is_concurrent,
}


@pytest.fixture(scope="module")
def drawn() -> list[Comparison]:
    """All generated plans of this run, compared. A difference fails at once and shows the plan as code."""
    compared: list[Comparison] = []

    @settings(
        max_examples=COUNT,
        derandomize=not LONG,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(plans())
    def draw(plan: Plan) -> None:
        comparison = compare(plan)
        compared.append(comparison)
        assert comparison.is_equal, comparison.describe()

    draw()
    return compared


def test_generated_plans_behave_the_same_on_both(drawn: list[Comparison]) -> None:
    assert len(drawn) >= COUNT


@pytest.mark.parametrize("kind", KINDS)
def test_at_least_one_plan_of_twenty_is_of_each_kind(drawn: list[Comparison], kind: str) -> None:
    share = sum(KINDS[kind](each.plan) for each in drawn) / len(drawn)

    assert share >= 0.05


def test_most_plans_do_not_need_a_difference_of_substance(drawn: list[Comparison]) -> None:
    shown = Counter(name for each in drawn for name in each.shown - FORMAL)
    same = sum(not each.shown - FORMAL for each in drawn)

    assert same > len(drawn) / 2, f"of {len(drawn)} plans, {same} are the same; the others show {shown.most_common()}"


def test_the_readme_lists_every_known_difference() -> None:
    rows = set(re.findall(r"^\| (\w[\w ]*) \|", README.read_text(encoding="utf-8"), re.MULTILINE))

    assert {each.name for each in DIFFERENCES} - rows == IN_WORDS


@pytest.mark.parametrize("name", [each.name for each in DIFFERENCES])
def test_every_known_difference_applies_in_its_example(name: str) -> None:
    comparison = compare(EXAMPLES[name])
    if not comparison.is_equal:
        # Before it is cancelled, a thread of langchain-core may generate one chunk more than the plan says.
        comparison = compare(EXAMPLES[name])

    assert comparison.is_equal, comparison.describe()
    assert name in comparison.shown
