"""What a model said, and what a foreign run says of itself, stays text in a script and in an issue."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.records import about
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Control, Finding, SubjectInfo, Text
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.reproduce.evidence import Evidence
from llm_conformance.reproduce.issue import issue
from llm_conformance.reproduce.model import Construction, imports_of_model
from llm_conformance.reproduce.recipe import recipe_of
from llm_conformance.reproduce.refusal import NotExportedError
from llm_conformance.reproduce.script import Script
from llm_conformance.reproduce.source import names_in
from report.hostile import MARKUP

BREAKS_OUT = f'"""\nx()\n"""\\{MARKUP}\''


def subject(**made: Any) -> SubjectInfo:
    """A subject whose run says how it was made."""
    known = {"kwargs": {}, "short_timeout": {}, "wire": "", "dialect": {}, **made}
    return replace(about(), spec="acme:Acme", construction=json.dumps(known))


def evidence(info: SubjectInfo) -> Evidence:
    finding = Finding(BREAKS_OUT, Text((BREAKS_OUT, "````")), code="text-differs", where=BREAKS_OUT, hint=BREAKS_OUT)
    return Evidence(CHECKS["stream.concat"], finding, SubjectRecord(info, {}, {}))


def script_of(found: Evidence) -> str:
    recipe = recipe_of(found.check, found.finding)
    assert recipe is not None
    return Script(found, recipe, Construction.of(found.about, ())).text


def test_nothing_that_was_said_is_code_or_markup() -> None:
    prompts = (BREAKS_OUT, BREAKS_OUT * 9, "third")
    info = replace(subject(kwargs={"text": BREAKS_OUT, "{x()}": 1}), prompts=prompts, versions={"acme": BREAKS_OUT})
    found = evidence(info)

    text = script_of(found)
    page = issue(found, "", Path("repro.py"), text)

    assert "x" not in names_in(text)
    assert text.isascii()
    fence = re.search(r"^(`{3,})python$", page, re.MULTILINE)
    assert fence is not None
    outside = page.partition(f"{fence[1]}python\n")[0] + page.rpartition(f"\n{fence[1]}\n")[2]
    prose = re.sub(r"^(`{3,})text\n.*?\n\1$|(`+)[^\n]+?\2(?!`)", "", outside, flags=re.DOTALL | re.MULTILINE)
    assert "<script>" not in prose
    assert "@team" not in prose


@pytest.mark.parametrize(
    ("kwargs", "control", "line"),
    [
        ({"model": "m", "n": 2}, Control.BLACKBOX, 'Acme(model="m", n=2)'),
        ({"api_key": "***"}, Control.BLACKBOX, 'Acme(api_key=os.environ["API_KEY"])'),
        ({"api_key": "***"}, Control.WIRE, 'Acme(api_key="placeholder-key")'),
        ({"headers": {"X-Key": "***"}}, Control.WIRE, 'Acme(headers={"X-Key": "placeholder-key"})'),
        ({"base_url": "{url}/v1"}, Control.WIRE, 'Acme(base_url=f"{source.url}/v1")'),
        ({"class": 1}, Control.BLACKBOX, 'Acme(**{"class": 1})'),
        ({"stops": ["a", None, True]}, Control.BLACKBOX, 'Acme(stops=["a", None, True])'),
        ({}, Control.SCRIPT, "Acme(script=source)"),
        ({"llm": {"()": "acme.base:Base", "n": 1}}, Control.BLACKBOX, "Acme(llm=Base(n=1))"),
    ],
)
def test_the_model_is_made_as_in_the_run(kwargs: dict[str, Any], control: Control, line: str) -> None:
    info = replace(subject(kwargs=kwargs), control=control)

    source = Construction.of(info, ()).source(info, short_timeout=False, wrapped=False)

    assert source == ["def make() -> Any:", '    """The model."""', f"    return {line}"]


def test_a_client_that_waits_gets_its_short_timeout() -> None:
    info = subject(kwargs={"timeout": 60, "n": 1}, short_timeout={"timeout": 1})

    assert "Acme(timeout=1, n=1)" in Construction.of(info, ()).source(info, short_timeout=True, wrapped=False)[-1]


@pytest.mark.parametrize(
    "made",
    [{"kwargs": 1}, {"wire": "no-such-format"}, {"dialect": {"usage": "x"}}, {"dialect": 3}, {"wire": ["openai-chat"]}],
)
def test_a_damaged_construction_is_refused(made: dict[str, Any]) -> None:
    with pytest.raises(NotExportedError, match=r"^acme:Acme: "):
        Construction.of(subject(**made), ())


@pytest.mark.parametrize("spec", ["acme", "acme:Acme()", "acme:x\nimport os", "acme:class", ":Acme", "a b:C"])
def test_only_a_name_is_imported(spec: str) -> None:
    info = replace(subject(), spec=spec)

    with pytest.raises(NotExportedError, match="imports a class by name"):
        imports_of_model(info, Construction.of(info, ()))


def test_an_object_among_the_arguments_is_imported_by_name_only() -> None:
    info = subject(kwargs={"llm": {"()": "os:x();y"}})

    with pytest.raises(NotExportedError, match="imports a class by name"):
        imports_of_model(info, Construction.of(info, ()))
