"""Every check passes records that keep its rule, and finds what breaks it in others."""

import pytest

from checks import answers, narratives, streams, trials
from checks.example import Example, findings
from llm_conformance.catalogue import CHECKS

EXAMPLES = (*answers.EXAMPLES, *streams.EXAMPLES, *narratives.EXAMPLES, *trials.EXAMPLES)
each_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{number}-{example.check}" for number, example in enumerate(EXAMPLES)]
)


@each_example
def test_records_that_keep_the_rule_pass(example: Example) -> None:
    assert findings(example.check, example.keeps) == []


@each_example
def test_what_breaks_the_rule_is_shown(example: Example) -> None:
    assert findings(example.check, example.breaks)[0] == example.seen


def test_every_check_has_an_example() -> None:
    assert sorted({example.check for example in EXAMPLES}) == sorted(CHECKS)
