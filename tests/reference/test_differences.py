"""The README's table of differences: each example gives, on both sides, what the table says."""

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
LEFT_OUT = [span for line in SECTION.splitlines() for span in re.findall(r"(?:^- |, )`(\w+\(.*?\)(?:\.\w+)?)`", line)]


def answer(example: str, side: str) -> str:
    """The repr of the example's last line, or the error that it raises."""
    *lines, last = ast.parse(example).body
    assert isinstance(last, ast.Expr)
    namespace = dict(ON_BOTH[side])

    async def evaluate() -> Any:
        result = None
        for part, mode in ((ast.Module(lines, []), "exec"), (ast.Expression(last.value), "eval")):
            compiled = compile(part, "an example of the README", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(compiled, namespace)  # noqa: S307  # it is ours
            if inspect.iscoroutine(result):
                result = await result
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain-core calls v1 deprecated
        try:
            return repr(run(evaluate()))
        except Exception as error:  # noqa: BLE001  # whatever it is, the table names it
            return f"raises {type(error).__name__}"


def test_the_table_has_its_columns_and_no_row_twice() -> None:
    assert ["", "what is promised", "example", *SIDES] == HEAD
    assert len({name for name, *_ in EXAMPLES}) == len(EXAMPLES) > 20
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("column", [3, 4], ids=SIDES)
@pytest.mark.parametrize("row", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_gives_what_the_table_says(row: list[str], column: int) -> None:
    assert answer(code(row[2]), HEAD[column]) == code(row[column])


@pytest.mark.parametrize("row", EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_an_example_has_at_most_two_lines_and_two_answers(row: list[str]) -> None:
    assert len(code(row[2]).splitlines()) <= 2
    assert code(row[3]) != code(row[4])


def test_every_surprise_of_langchain_core_has_its_place() -> None:
    in_table = [name for name, *_ in EXAMPLES if re.fullmatch(r"S\d+", name)]
    below = re.findall(r"\bS\d+\b", SECTION.partition("make no difference here:")[2])

    assert sorted([*in_table, *below]) == sorted(f"S{number}" for number in range(1, 29))


@pytest.mark.parametrize("example", LEFT_OUT)
def test_what_is_left_out_is_there_in_langchain_core_and_refused_here(example: str) -> None:
    assert not answer(example, "langchain-core").startswith("raises")
    assert answer(example, "here") in {"raises AttributeError", "raises TypeError"}


def test_what_is_left_out_is_a_list() -> None:
    assert len(LEFT_OUT) == 12
