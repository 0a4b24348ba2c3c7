"""Every rule has a source, and its words are there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.reproduce.citation import citations, citations_of
from llm_conformance.reproduce.recipe import recipes
from llm_conformance.simulator import FORMATS

_FILES = (
    "langchain_core.runnables.base",
    "langchain_core.runnables.config",
    "langchain_core.callbacks.base",
    "langchain_core.language_models.llms",
    "langchain_core.messages.ai",
    "langchain_core.messages.tool",
)


@pytest.mark.parametrize("form", ["", *FORMATS])
def test_every_check_has_a_source(form: str) -> None:
    assert [check.id for check in CHECKS.values() if not citations_of(check, form)] == []


def test_every_source_and_every_recipe_is_of_checks_that_exist() -> None:
    known = {name for check in CHECKS.values() for name in (check.id, check.family, check.group)}

    assert {name for one in citations() for name in one.covers} <= known
    assert {name for one in recipes() for name in one.covers} <= known
    assert {form for one in citations() for form in one.formats} <= set(FORMATS)


def test_what_is_quoted_of_langchain_core_stands_there() -> None:
    text = " ".join(Path(str(importlib.import_module(name).__file__)).read_text(encoding="utf-8") for name in _FILES)
    words = re.sub(r"\s+", " ", text)
    quotes = [one.quote for one in citations() if one.source.startswith("langchain-core")]

    assert [quote for quote in quotes if quote not in words] == []
    assert len([quote for quote in quotes if quote]) > 8
