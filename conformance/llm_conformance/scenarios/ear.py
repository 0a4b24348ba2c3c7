"""A callback handler of the harness: it has the methods that frameworks call, and notes what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llm_conformance.model import Note

_EVENTS = (
    "on_llm_start",
    "on_chat_model_start",
    "on_llm_new_token",
    "on_llm_end",
    "on_llm_error",
    "on_chain_start",
    "on_chain_end",
    "on_chain_error",
)
_SILENT = ("on_text", "on_retry", "on_custom_event", "on_stream_event")


class Ear:
    """What was told, and how many chunks had been delivered by then."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.texts: list[str] = []

    @property
    def handler(self) -> Any:
        """A handler for synchronous calls."""
        return _handler(self, "Handler", lambda note: note)

    @property
    def ahandler(self) -> Any:
        """A handler whose methods are coroutines."""

        def awaited(note: Callable[..., None]) -> Callable[..., Any]:
            async def heard(*args: Any, **kwargs: Any) -> None:
                note(*args, **kwargs)

            return heard

        return _handler(self, "AsyncHandler", awaited)

    @property
    def heard_an_end(self) -> bool:
        """Whether a model has told of its end, or of its failure."""
        return any(note.method in {"on_llm_end", "on_llm_error"} for note in self.notes)

    def _listener(self, event: str) -> Callable[..., None]:
        def heard(*args: Any, **kwargs: Any) -> None:
            text = args[0] if args else kwargs.get("token")
            told = text if event == "on_llm_new_token" and isinstance(text, str) else None
            self.notes.append(Note(event, str(kwargs.get("run_id", "")), told, len(self.texts)))

        return heard


def _handler(ear: Ear, name: str, form: Callable[[Callable[..., None]], Callable[..., Any]]) -> Any:
    """An object of a class that is no framework's, with the attributes that frameworks ask a handler for."""

    def quiet(*_args: Any, **_kwargs: Any) -> None:
        return None

    kinds = ("llm", "chain", "chat_model", "agent", "retriever", "retry", "custom_event")
    facts = {f"ignore_{kind}": False for kind in kinds} | {"raise_error": False, "run_inline": False}
    methods: dict[str, Any] = {event: staticmethod(form(ear._listener(event))) for event in _EVENTS}  # noqa: SLF001
    methods |= {event: staticmethod(form(quiet)) for event in _SILENT}
    return type(name, (), {**facts, **methods})()
