"""Every check passes records that keep its rule, and reports a finding for records that break it."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from checks.example import Example, actual_sides, found
from checks.messages import EXAMPLES, PAGE, messages
from llm_conformance import checks
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Display, Text

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WIDTH = 108
VALUE = re.compile(r"^[\w.]+: [^,]*, |on_\w+|characters?|'[^']*'|\"[^\"]*\"|\d+(\.\d+)?|\[.*?\]|\{.*?\}|\(.*\)")

each_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{number}-{example.check}" for number, example in enumerate(EXAMPLES)]
)


@each_example
def test_records_that_keep_the_rule_pass(example: Example) -> None:
    assert found(example.check, example.keeps) == []


@each_example
def test_records_that_break_the_rule_are_reported(example: Example) -> None:
    assert actual_sides(example.findings)[0] == example.actual
    for finding in example.findings:
        assert CODE.fullmatch(finding.code)
        assert len(finding.hint) <= WIDTH
        assert "\n" not in finding.hint
        raised = finding.code.endswith("raised") and finding.code != "not-raised"
        assert not raised or finding.exception, "a finding on an exception names its class"


@pytest.mark.parametrize("path", sorted(Path(checks.__path__[0]).glob("*.py")), ids=lambda path: path.stem)
def test_every_code_has_an_example(path: Path) -> None:
    keywords = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.keyword)]
    codes = {one.value.value for one in keywords if one.arg == "code" and isinstance(one.value, ast.Constant)}
    shown: dict[str, set[str]] = defaultdict(set)
    for example in EXAMPLES:
        module = CHECKS[example.check].judge.__module__.rpartition(".")[2]
        shown[module] |= {finding.code for finding in example.findings}

    assert codes <= shown.get(path.stem, set().union(*shown.values()))


def test_one_code_of_a_check_has_one_expected_side() -> None:
    expected: dict[tuple[str, str], set[str]] = defaultdict(set)
    for example in EXAMPLES:
        for finding in example.findings:
            expected[example.check, finding.code].add(template(finding.expected))

    assert {key: sides for key, sides in expected.items() if len(sides) > 1} == {}


def template(side: Display) -> str:
    """A side of a finding without the values that depend on the model."""
    return "text" if isinstance(side, Text) else VALUE.sub("_", side)


def test_every_check_has_an_example() -> None:
    shown = {CHECKS[example.check].family for example in EXAMPLES}

    assert sorted(shown) == sorted({check.family for check in CHECKS.values()})


def test_the_messages_are_those_of_the_page() -> None:
    assert "".join(messages()) == PAGE.read_text(encoding="utf-8"), "run `python tests/regenerate.py`"
