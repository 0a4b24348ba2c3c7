"""A live run: one subject, played scenario by scenario as checks ask for it, and everything it did as JSON data."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from typing import Any, get_type_hints

from llm_conformance.codec import decode, encode
from llm_conformance.driver import Driver, settle
from llm_conformance.judge import Judge
from llm_conformance.model import About, Observation
from llm_conformance.registry import Scenario
from llm_conformance.scenarios.stage import CannotMake, Stage
from llm_conformance.subject import Subject
from llm_conformance.witness import Witness

_SECRET = re.compile(r"key|token|secret|password|credential|auth", re.IGNORECASE)
_SHORTEST = 6


class Run:
    """Observes a subject once, and lets the judge work on what a saved run would give back.

    recorded: the observations so far, as JSON data, by scenario.
    """

    def __init__(self, subject: Subject, about: About, *, timeout: float, secrets: tuple[str, ...] = ()) -> None:
        self.about = about
        self.recorded: dict[str, dict[str, Any]] = {}
        self._driver = Driver(Witness(secrets), timeout)
        self._stage = Stage(subject, self._driver, about.prompts)
        self.judge = Judge(about, self._take)

    def close(self) -> None:
        """End the loop that the subject's asynchronous calls ran on."""
        self._driver.close()

    def _take(self, scenario: Scenario, used: tuple[Observation, ...]) -> Observation:
        try:
            observation: Observation = scenario.act(self._stage, *used)
        except CannotMake as failure:
            kind = get_type_hints(scenario.act)["return"]
            observation = kind(raised=failure.act.raised, hung=failure.act.hung)
        if observation.broken:
            settle()
        data = json.loads(json.dumps(encode(observation)))
        self.recorded[scenario.name] = data
        return decode(data)


def is_secret(name: str) -> bool:
    """Whether an argument or a variable of that name is likely to hold a secret."""
    return _SECRET.search(name) is not None


def secrets_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that no report may show: of arguments and environment variables named like a secret."""
    named = {**os.environ, **{key: value for key, value in kwargs.items() if isinstance(value, str)}}
    found = {value for name, value in named.items() if is_secret(name) and len(value) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))
