"""A model whose `__del__` hangs does not stop the run."""

from __future__ import annotations

import threading
from weakref import ref

import pytest

from llm_conformance.driver import instances as module
from llm_conformance.driver.instances import Instances

SHORT = 0.1


class Model:
    """Ends as models should."""


class HangsWhenDropped:
    """Its finaliser waits for ever."""

    def __del__(self) -> None:
        threading.Event().wait()


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What a test keeps for good does not end this process."""
    kept: list[object] = []
    monkeypatch.setattr(module, "KEPT", kept)
    return kept


def test_instances_are_held_until_they_are_released() -> None:
    instances, model = Instances(SHORT), Model()
    left = ref(model)

    instances.add(model)
    del model
    assert left() is not None
    instances.release()
    assert left() is None


def test_after_a_finaliser_that_hangs_everything_is_kept(kept: list[object]) -> None:
    instances, model = Instances(SHORT), Model()
    left = ref(model)

    instances.add(HangsWhenDropped())
    instances.release()
    instances.add(model)
    del model
    instances.release()

    assert left() is not None
    assert left() in kept


def test_nothing_is_kept_of_models_that_end() -> None:
    instances = Instances(SHORT)
    for _ in range(3):
        instances.add(Model())
        instances.release()

    assert module.KEPT == []
