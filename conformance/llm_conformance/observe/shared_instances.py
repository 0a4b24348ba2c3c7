"""The instances of the model: new ones, and those that several scenarios share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.event_loop import LoopThread


class ConstructionError(Exception):
    """The subject's class or factory did not give another instance; `result` is how it failed."""

    def __init__(self, result: CallResult) -> None:
        super().__init__("no instance")
        self.result = result


class SharedInstances:
    """The instances of one subject, of each event loop a first and a second one.

    make: gives an instance.
    """

    def __init__(self, make: Callable[..., Any], driver: Driver) -> None:
        self._make = make
        self._driver = driver
        self._instances: dict[LoopThread, Any] = {}
        self._second_instances: dict[LoopThread, Any] = {}
        self._hangs = 0

    @property
    def first(self) -> Any:
        """The instance of the current loop."""
        return self._instance_in(self._instances)

    @property
    def second(self) -> Any:
        """A second instance of the current loop."""
        return self._instance_in(self._second_instances)

    def new(self, *, short_timeout: bool = False, **more: Any) -> Any:
        """A new instance, unless the subject is itself an instance; ConstructionError where making it fails.

        more: further constructor arguments.
        """
        made: list[Any] = []
        result = self._driver.call(lambda: made.append(self._make(short_timeout=short_timeout, **more)))
        if not made or result.raised is not None:
            raise ConstructionError(result)
        self._driver.instances.add(made[0])
        return made[0]

    def forget(self) -> None:
        """Leave the instances that several scenarios share to the next release."""
        for instances in (self._instances, self._second_instances):
            while instances:
                self._driver.instances.add(instances.popitem()[1])

    def _instance_in(self, instances: dict[LoopThread, Any]) -> Any:
        if self._hangs != self._driver.patience.hung:
            # An instance may hold a lock, or a connection, of a call that has hung.
            self._hangs = self._driver.patience.hung
            self._instances.clear()
            self._second_instances.clear()
        loop = self._driver.loop
        if loop not in instances:
            instances[loop] = self.new()
        return instances[loop]
