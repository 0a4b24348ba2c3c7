"""What a finaliser raises is kept apart from what else Python can only print."""

from __future__ import annotations

import sys
from typing import Any
from weakref import finalize

import pytest

from llm_conformance.driver.finalisers import finalisers_noted


class Raises:
    def __del__(self) -> None:
        raise ValueError("already closed")


class RaisesInItsCallback:
    def __init__(self) -> None:
        finalize(self, divmod, 1, 0)


class HasNoName:
    """Its attributes raise."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


def going_on() -> Any:
    try:
        yield
    finally:
        raise ValueError("not closed")


def test_what_a_finaliser_raises_is_noted_and_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Any] = []
    noted: list[BaseException] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda stray: printed.append(str(stray.exc_value)))

    with finalisers_noted(noted.append):
        one, other, generator = Raises(), RaisesInItsCallback(), going_on()
        next(generator)
        del one, other, generator
    last = Raises()
    del last

    assert [str(one) for one in noted] == ["already closed", "integer division or modulo by zero"]
    assert printed == ["not closed", "already closed"]


def test_an_object_whose_attributes_raise_goes_to_the_hook_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda stray: printed.append(str(stray.exc_value)))
    stray = type("Stray", (), {"object": HasNoName(), "exc_value": ValueError("of another")})()

    with finalisers_noted(lambda _error: None):
        sys.unraisablehook(stray)

    assert printed == ["of another"]


def test_a_hook_that_was_set_within_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)

    with finalisers_noted(lambda _error: None):
        sys.unraisablehook = print

    assert sys.unraisablehook is print
