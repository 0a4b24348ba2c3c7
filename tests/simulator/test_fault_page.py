"""SIMULATOR.md says what is there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from llm_conformance.__main__ import main
from llm_conformance.simulator import FORMATS, ServedStream
from llm_conformance.simulator.faults.table import table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "conformance" / "SIMULATOR.md").read_text(encoding="utf-8")


def test_the_table_of_faults_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults"]) == 0

    assert f"\n\n{capsys.readouterr().out}\n" in PAGE
    assert "\n".join(table()) in PAGE


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_named_with_its_paths(form: str) -> None:
    (row,) = re.findall(rf"\n\| `{form}` \|(.*)\|\n", PAGE)

    assert re.findall(r"POST (\S+)`", row) == [*FORMATS[form].paths]
    assert f"`{{url}}{FORMATS[form].base}`" in row


@pytest.mark.parametrize("option", ["--port", "--golden", "--rate", "--pace"])
def test_every_option_is_named(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["serve", "--help"])

    assert option in capsys.readouterr().out
    assert f"`{option} " in PAGE


def test_everything_of_a_playing_is_named() -> None:
    public = {name for name in vars(ServedStream) if not name.startswith("_")} - {
        field.name for field in fields(ServedStream)
    }

    assert {name for name in public - {"path"} if not re.search(rf"[`.]{name}[`(.]", PAGE)} == set()


def test_the_script_is_where_the_page_says() -> None:
    assert (ROOT / "tests" / "clients" / "table.py").exists()
