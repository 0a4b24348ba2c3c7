"""Outputs that cannot be written, are closed, or lack characters; each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bad_input.small_run import small_run

JUDGE = f'"{sys.executable}" -m llm_conformance judge'
FULL = Path("/dev/full")


def run(command: str, **environment: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    document = small_run()
    document["subjects"][0]["observations"]["stream"]["chunks"] = ["\u4f60\u597d"]
    Path("run.json").write_text(json.dumps(document), encoding="utf-8")
    process = subprocess.run(
        ["sh", "-c", command],
        env={**environment, "PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return process.returncode, process.stdout


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_reported() -> None:
    code, printed = run(f"{JUDGE} run.json 2>&1 >/dev/full")

    assert (code, printed) == (4, "judge: the output cannot be written: No space left on device\n")


def test_a_closed_output_does_not_change_the_exit_code() -> None:
    assert run(f"{JUDGE} run.json >&-") == (5, "")
    assert run(f"{JUDGE} nowhere.json 2>&-") == (4, "")


def test_an_output_without_unicode_gets_escapes() -> None:
    code, printed = run(f"{JUDGE} run.json", PYTHONIOENCODING="ascii")

    assert code == 5
    assert "\\u4f60\\u597d" in printed
    assert printed.isascii()
