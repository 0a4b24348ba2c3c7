"""SAVED_RUN.md describes every record, so that a reader in any language can be written from it."""

from __future__ import annotations

import json
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from checks.records import about, reply
from llm_conformance.records.codec import encode
from llm_conformance.records.saved_run import FORMAT, SubjectRecord, save
from records import saved_run_page
from records.saved_run_page import KINDS, TABLES, own_fields

PAGE = (Path(__file__).parents[2] / "conformance" / "SAVED_RUN.md").read_text(encoding="utf-8")
DESCRIBED = {record for records in TABLES.values() for record in records} | saved_run_page.WITH_OWN_FORM


def parts(hint: Any) -> set[type[Any]]:
    """The dataclasses in a type."""
    inside = {one for argument in get_args(hint) for one in parts(argument)}
    return inside | {hint} if is_dataclass(hint) and isinstance(hint, type) else inside


@pytest.mark.parametrize("kind", [record.kind for record in KINDS])
def test_every_kind_is_described(kind: str) -> None:
    assert len(re.findall(rf"^#### `{kind}`", PAGE, re.MULTILINE)) == 1


def test_every_record_within_a_record_is_described() -> None:
    hints = [hint for record in DESCRIBED for name, hint in get_type_hints(record).items() if name != "kind"]

    assert {part for hint in hints for part in parts(hint)} <= DESCRIBED


def test_every_field_has_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)

    expected = [field.name for records in TABLES.values() for record in records for field in own_fields(record)]
    assert rows == expected


def test_the_document_of_the_page_is_what_is_saved(tmp_path: Path) -> None:
    subject = SubjectRecord(about(), {"invoke": encode(reply("hi"))})
    save({"acme:Acme": subject}, tmp_path / "run.json", gate="must")
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))

    assert f'"header":   {{"format": {FORMAT}, "date": ' in PAGE
    keys = [*document, *document["header"], *document["subjects"][0], *document["footer"]]
    assert [key for key in keys if f'"{key}": ' not in PAGE] == []
