"""Every check passes records that keep its rule, and finds what breaks it in others."""

import pytest

from checks.example import Example, findings
from checks.messages import EXAMPLES, PAGE, said
from llm_conformance.catalogue.catalogue import CHECKS

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
    shown = {CHECKS[example.check].family for example in EXAMPLES}

    assert sorted(shown) == sorted({check.family for check in CHECKS.values()})


def test_the_checks_say_what_stands_on_the_page() -> None:
    assert "".join(said()) == PAGE.read_text(encoding="utf-8")
