"""The script that applies faults to real clients, on two faults for which the clients differ."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from clients.real import CLIENTS

SCRIPT = Path(__file__).parents[1] / "clients" / "table.py"


@pytest.mark.matrix
def test_the_script_prints_the_result_of_each_client() -> None:
    command = [sys.executable, "-W", "ignore", str(SCRIPT), "clean_end_early", "late_close"]

    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    rows = {
        name: cells.split("|") for name, cells in re.findall(r"\| (\w+) \|.*?(?:raises|exact) \|(.*)\|", run.stdout)
    }
    assert list(rows) == ["clean_end_early", "late_close"], run.stderr
    assert {len(cells) for cells in rows.values()} == {len(CLIENTS)}
    # The last client is httpx-sse; the loop around it is part of the script, and strict.
    assert [cells[-1].strip() for cells in rows.values()] == ["E", "."]
    assert "- httpx-sse: builtins.RuntimeError (1): clean_end_early" in run.stdout
    # A stream of Gemini has no end but that of its body, which the second fault keeps open.
    assert f"{2 * len(CLIENTS) - 1} streams" in run.stdout
