"""Where the code of a subject is: a file below the folder of the run, and a line of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic
import pytest

from llm_conformance.subject.source import source_of

HERE = Path(__file__)


class Model:
    pass


def factory() -> Model:
    return Model()


@functools.wraps(factory)
def wrapped() -> Model:
    return factory()


MODEL, FACTORY = (inspect.getsourcelines(one)[1] for one in (Model, factory))


@pytest.mark.parametrize(
    ("target", "line"),
    [(Model, MODEL), (Model(), MODEL), (factory, FACTORY), (wrapped, FACTORY)],
    ids=["class", "instance", "factory", "wrapped"],
)
def test_the_file_and_the_line_of_what_is_below_the_folder(target: Callable[[], Any], line: int) -> None:
    assert source_of(target, HERE.parents[1]) == f"subject/test_source.py:{line}"
    assert source_of(target, HERE.parent / "elsewhere") == ""


@pytest.mark.parametrize("target", [dict, pydantic.BaseModel, 5, None], ids=repr)
def test_what_is_installed_or_built_in_has_no_place(target: Any) -> None:
    assert source_of(target, Path("/")) == ""
