"""Which handlers the next run has, and which run is its parent."""

from dataclasses import dataclass
from typing import Any, Protocol, Self
from uuid import UUID


class ParentRun(Protocol):
    """What a run reads from its parent. A `Run` has it; naming that class here would be an import cycle."""

    id: UUID
    inheritable_tags: list[str]
    inheritable_metadata: dict[str, Any]

    @property
    def parent_ids(self) -> list[str]:
        """The ids of the runs around this one, outermost first."""


@dataclass(frozen=True, slots=True)
class CallbackManager:
    """The value of `config["callbacks"]` inside a run.

    handlers: the handlers that a nested run inherits.
    parent: the run that contains the next one; None for a call outside a run.
    tag: the tag of the next run, such as "seq:step:1". Runs below it do not inherit the tag.
    """

    handlers: tuple[Any, ...] = ()
    parent: ParentRun | None = None
    tag: str | None = None

    @classmethod
    def of(cls, callbacks: Any) -> Self:
        """Return the manager for a list of handlers. A manager is returned unchanged."""
        return callbacks if isinstance(callbacks, cls) else cls(tuple(callbacks or ()))

    def joined(self, callbacks: Any) -> "CallbackManager":
        """Return a manager with the handlers of both. A handler that both have is kept once."""
        more = self.of(callbacks)
        new = (handler for handler in more.handlers if not any(handler is known for known in self.handlers))
        return CallbackManager((*self.handlers, *new), more.parent or self.parent, more.tag or self.tag)
