from __future__ import annotations

import json

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.requirement_sets import is_later, render, set_names, since

OPEN = '{"1": {"closed": true, "checks": ["a.a"]}, "2": {"closed": false, "checks": ["b.b"]}}'
CLOSED = '{"1": {"closed": true, "checks": ["a.a"]}}'


def test_a_new_check_is_in_the_set_that_is_open() -> None:
    assert json.loads(render(OPEN, ["b.c", "a.a", "b.a"]))["2"]["checks"] == ["b.a", "b.b", "b.c"]
    assert json.loads(render(OPEN, ["b.c"]))["1"]["checks"] == ["a.a"]


def test_a_closed_set_gets_no_check() -> None:
    assert json.loads(render(CLOSED, ["a.a"])) == json.loads(CLOSED)
    with pytest.raises(ValueError, match=r"a\.b: the requirement set 1 is closed: begin a new one behind it"):
        render(CLOSED, ["a.a", "a.b"])


def test_every_check_is_in_a_set_and_the_newest_set_leaves_none_out() -> None:
    assert {since(name) for name in CHECKS} <= set(set_names())
    assert not any(is_later(name, set_names()[-1]) for name in CHECKS)
    assert not any(is_later(name, "of a newer version") for name in CHECKS)
