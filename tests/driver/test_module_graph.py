"""Which modules make use of which: nothing of them is loaded to find out."""

import sys
from types import ModuleType
from typing import ClassVar

import pytest

from llm_conformance.driver.module_graph import used_by


class Lazy:
    """As the clients in the namespace of `openai`: whatever is looked up of it makes what it stands for."""

    loaded: ClassVar[list[str]] = []

    @property  # type: ignore[misc]  # as a lazy object does it
    def __class__(self) -> type:
        self.loaded.append("client")
        return dict


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with a lazy object, a class of another module, and a module."""
    made = ModuleType("sdk_of_somebody")
    other = ModuleType("types_of_somebody")
    kind = type("Kind", (), {"__module__": "kinds_of_somebody"})
    vars(made).update(client=Lazy(), kind=kind, types=other)
    for one in (made, other, ModuleType("kinds_of_somebody")):
        monkeypatch.setitem(sys.modules, one.__name__, one)
    monkeypatch.setattr(Lazy, "loaded", [])
    return made


def test_modules_are_found_by_what_they_have(module: ModuleType) -> None:
    found = used_by(module.__name__)
    assert {"sdk_of_somebody", "types_of_somebody", "kinds_of_somebody"} <= found


def test_a_lazy_object_is_not_loaded(module: ModuleType) -> None:
    used_by(module.__name__)
    assert Lazy.loaded == []
