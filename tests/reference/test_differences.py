"""Runs the examples of the README's table of differences on both libraries and compares the results."""

import ast
import inspect
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from reference.deadline import run
from reference.imports import every_name, for_langchain, for_reference, loaded

README = Path(__file__).parents[2] / "reference" / "README.md"
SECTION = README.read_text(encoding="utf-8").partition("\n## Where it differs from langchain-core\n")[2]
PRELUDE = Path(__file__).with_name("differences") / "prelude.py"
SIDES = {"langchain-core": for_langchain, "here": for_reference}
ON_BOTH = {side: {**every_name(rewrite), **vars(loaded(PRELUDE, rewrite))} for side, rewrite in SIDES.items()}


def code(cell: str) -> str:
    return "\n".join(re.findall("`(.*?)`", cell)).replace("\\|", "|")


ROWS = [re.split(r"(?<!\\) *\| *", line)[1:-1] for line in SECTION.splitlines() if line.startswith("|")]
HEAD, EXAMPLES = ROWS[0], ROWS[2:]
OMITTED = [span for line in SECTION.splitlines() for span in re.findall(r"(?:^- |, )`(\w+\(.*?\)(?:\.\w+)?)`", line)]


def result_of(example: str, side: str) -> str:
    """Return the repr of the example's last line, or "raises" and the name of the error."""
    *lines, last = ast.parse(example).body
    assert isinstance(last, ast.Expr)
    namespace = dict(ON_BOTH[side])

    async def evaluate() -> Any:
        result = None
        for part, mode in ((ast.Module(lines, []), "exec"), (ast.Expression(last.value), "eval")):
            compiled = compile(part, "an example of the README", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(compiled, namespace)  # noqa: S307  # the source is our README
            if inspect.iscoroutine(result):
                result = await result
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain-core calls v1 deprecated
        try:
            return repr(run(evaluate()))
        except Exception as error:  # noqa: BLE001  # the table names it
            return f"raises {type(error).__name__}"


def test_the_table_has_its_columns_and_no_row_twice() -> None:
    assert ["", "contract", "example", *SIDES] == HEAD
    assert len({name for name, *_ in EXAMPLES}) == len(EXAMPLES) > 20
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("column", [3, 4], ids=SIDES)
@pytest.mark.parametrize("row", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_gives_the_result_in_the_table(row: list[str], column: int) -> None:
    assert result_of(code(row[2]), HEAD[column]) == code(row[column])


@pytest.mark.parametrize("row", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_has_at_most_two_lines_and_two_results(row: list[str]) -> None:
    assert len(code(row[2]).splitlines()) <= 2
    assert code(row[3]) != code(row[4])


def test_every_deviation_of_langchain_core_is_listed() -> None:
    in_table = [name for name, *_ in EXAMPLES if re.fullmatch(r"S\d+", name)]
    below = re.findall(r"\bS\d+\b", SECTION.partition("make no difference here:")[2])

    assert sorted([*in_table, *below]) == sorted(f"S{number}" for number in range(1, 29))


@pytest.mark.parametrize("example", OMITTED)
def test_what_the_reference_omits_works_in_langchain_core_only(example: str) -> None:
    assert not result_of(example, "langchain-core").startswith("raises")
    assert result_of(example, "here") in {"raises AttributeError", "raises TypeError"}


def test_all_omissions_are_found_in_the_readme() -> None:
    assert len(OMITTED) == 14
