"""Wrong arguments of the simulator are refused by name, before it listens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden

WHOLE = "a positive whole number, or None"
WRONG: dict[str, tuple[str, tuple[Any, ...]]] = {
    "port": ("a whole number from 0 to 65535", (99_999, 65_536, -1, 1.5, "8000", True, None, 10**30)),
    "key": ("one of optional, once-sent, required", ("x", "", None, True, "Required")),
    "history": ("a whole number, or None", (-1, 1.5, "3", False)),
    "idle": ("a positive number, or None", (0, -1, "3", True, float("nan"))),
    "connections": (WHOLE, (0, -1, 2.5, "3", True)),
}
CASES: dict[str, tuple[str, ...]] = {"fault": ("nope", ""), "format": ("nope", "")}
FULL = Path("/dev/full")


@pytest.mark.parametrize(
    ("name", "value", "expected"), [(name, value, text) for name, (text, values) in WRONG.items() for value in values]
)
def test_an_argument_is_refused(name: str, value: Any, expected: str) -> None:
    with pytest.raises(ValueError, match="must be") as refused:
        Simulator(**{name: value})

    assert str(refused.value) == f"Simulator: {name} must be {expected}, got {value!r}"


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CASES.items() for value in values])
def test_a_case_with_an_unknown_name_is_refused_when_it_is_registered(name: str, value: str) -> None:
    case = Case("nonce", golden("sparkling-water"), **{name: value})  # type: ignore[arg-type]

    with Simulator() as simulator, pytest.raises(ValueError, match=name):
        simulator.register(case)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
def test_the_programs_of_the_reference_say_that_they_cannot_write() -> None:
    with FULL.open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "llm_reference"], stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )

    assert run.returncode == 1
    assert run.stderr == "python -m llm_reference: the output cannot be written: No space left on device\n"
