"""Constructor arguments that are objects, as `--llm-kwargs` and profiles describe them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from llm_conformance.subject.arguments import Arguments, merged
from llm_conformance.subject.spec import ImplSpec, LoadError

EXPECTED = r"'\(\)' must name a class or a function, MODULE:OBJECT"
SPEC = ImplSpec.parse("acme.llms:AcmeLLM")


def made(**given: Any) -> dict[str, Any]:
    return Arguments(SPEC, given).make()


def test_an_argument_may_be_an_object() -> None:
    assert made(client={"()": "collections:Counter", "a": 2}, n=1) == {"client": Counter(a=2), "n": 1}


def test_objects_may_be_nested_in_tables_lists_and_objects() -> None:
    inner = {"()": "collections:Counter", "a": 1}

    assert made(table={"clients": [inner, 2]}) == {"table": {"clients": [Counter(a=1), 2]}}
    assert made(outer={"()": "types:SimpleNamespace", "inner": inner})["outer"].inner == Counter(a=1)


def test_each_instance_gets_objects_of_its_own() -> None:
    arguments = Arguments(SPEC, {"client": {"()": "collections:Counter"}})

    assert arguments.make()["client"] is not arguments.make()["client"]


def test_arguments_without_an_object_are_passed_on_as_they_are() -> None:
    given: dict[str, Any] = {"table": {1: "one"}, "list": [{}]}

    assert all(value is given[key] for key, value in made(**given).items())


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        (1, f"{EXPECTED}; got 1"),
        ("collections.Counter", f"{EXPECTED}; got 'collections.Counter'"),
        ("collections:__name__", f"{EXPECTED}; collections:__name__ is of type str"),
        ("no_such_module:Client", "no_such_module:Client: no module named 'no_such_module'; install it, or .*"),
        ("collections:Client", "collections:Client: module 'collections' has no 'Client'; .*"),
    ],
)
def test_an_object_that_cannot_be_made_is_named(factory: Any, message: str) -> None:
    with pytest.raises(LoadError, match=f"^--llm-impl=acme.llms:AcmeLLM: argument client: {message}"):
        made(client={"()": factory})


def test_more_arguments_win_key_by_key() -> None:
    given = {"client": {"()": "acme:Client", "timeout": 60}, "n": 1}

    both = merged(given, {"client": {"timeout": 1}, "n": 2, "new": {}})

    assert both == {"client": {"()": "acme:Client", "timeout": 1}, "n": 2, "new": {}}
    assert given["client"] == {"()": "acme:Client", "timeout": 60}
