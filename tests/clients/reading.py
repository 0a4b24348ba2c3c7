"""What a client reads of an answer, and what it asks for: the same for each SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from llm_fixtures import Golden

MESSAGES: Any = [{"role": "user", "content": "say it"}]


MOST_TOKENS = 4096


@dataclass(slots=True)
class Call:
    """A tool call as far as it was read. `arguments` is its JSON text."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    @property
    def valid(self) -> bool:
        """Whether there is a name, and the arguments are a whole JSON object."""
        if not self.name:
            return False
        try:
            return isinstance(json.loads(self.arguments or "{}"), dict)
        except ValueError:
            return False


@dataclass(slots=True)
class Reading:
    """What was read before the end, or before the error."""

    text: str = ""
    reasoning: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)
    refusal: str = ""
    calls: dict[int, Call] = field(default_factory=dict)
    finish: str | None = None
    usage: Any = None
    error: Exception | None = None

    @property
    def valid_calls(self) -> list[tuple[str, str, Any]]:
        """Id, name and arguments of the calls whose arguments are whole."""
        return [(call.id, call.name, json.loads(call.arguments or "{}")) for call in self.calls.values() if call.valid]


@dataclass(frozen=True, slots=True)
class ChatClient:
    """One SDK. Each function reads into a `Reading`, with the tools of the golden stream bound, if it has any."""

    format: str
    errors: tuple[type[Exception], ...]
    stream: Callable[[str, float, Golden, Reading], None]
    whole: Callable[[str, float, Golden, Reading], None]

    def read(self, url: str, timeout: float, golden: Golden, *, streamed: bool) -> Reading:
        """What is read of the answer at this URL; an error of the SDK ends it."""
        reading = Reading()
        try:
            (self.stream if streamed else self.whole)(url, timeout, golden, reading)
        except self.errors as error:
            reading.error = error
        return reading


def names_of(golden: Golden) -> list[str]:
    """The names of the tools that the answer calls, each once."""
    return list(dict.fromkeys(call.name for call in golden.calls))


def function_tools(names: Iterable[str]) -> Any:
    """The tools of these names in OpenAI's form; None if there are none, as an SDK leaves the parameter out."""
    functions = ({"name": name, "parameters": {"type": "object"}} for name in names)
    return [{"type": "function", "function": function} for function in functions] or None
