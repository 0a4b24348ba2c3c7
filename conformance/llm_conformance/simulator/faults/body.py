"""Functions that find, cut, insert and replace the events of an answer. The faults are built from them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, End, Event, Fields, ResponseHead


def events(actions: Actions) -> list[Event]:
    """Only the events."""
    return [action for action in actions if isinstance(action, Event)]


def with_head(actions: Actions, **changes: object) -> Actions:
    """The actions with these fields of the response head changed."""
    return tuple(replace(action, **changes) if isinstance(action, ResponseHead) else action for action in actions)  # type: ignore[arg-type]


def fields(actions: Actions) -> Fields:
    """The header fields of the response."""
    return next(action.headers for action in actions if isinstance(action, ResponseHead))


def with_content_type(actions: Actions, value: str) -> Actions:
    """The actions with another content type."""
    others = tuple(entry for entry in fields(actions) if entry[0] != "Content-Type")
    return with_head(actions, headers=(("Content-Type", value), *others))


def map_events(actions: Actions, change: Callable[[Event], Iterable[Action]]) -> Actions:
    """The actions with every event replaced by the actions that `change` returns for it."""
    return tuple(new for action in actions for new in (change(action) if isinstance(action, Event) else (action,)))


def map_bytes(actions: Actions, change: Callable[[bytes], bytes]) -> Actions:
    """The actions with `change` applied to the bytes of every event."""
    return map_events(actions, lambda event: (replace(event, data=change(event.data)),))


def split(event: Event, sizes: Iterable[int]) -> list[Event]:
    """The event split into pieces of these sizes in bytes. Only the last piece keeps `token` and `end`."""
    cuts, start = [], 0
    for size in sizes:
        if start >= len(event.data):
            break
        cuts.append(Event(event.data[start : start + size]))
        start += size
    if rest := event.data[start:]:
        cuts.append(Event(rest))
    cuts = [cut for cut in cuts if cut.data] or [Event(b"")]
    return [*cuts[:-1], replace(event, data=cuts[-1].data)]


def insert_first(actions: Actions, *added: Action) -> Actions:
    """The actions with others inserted before the first event."""
    index = next((index for index, action in enumerate(actions) if isinstance(action, Event)), len(actions))
    return (*actions[:index], *added, *actions[index:])


def insert_before_end(actions: Actions, *added: Action) -> Actions:
    """The actions with others inserted before the event that ends the answer."""
    index = next(
        (index for index, action in enumerate(actions) if isinstance(action, Event) and action.end),
        _end(actions),
    )
    return (*actions[:index], *added, *actions[index:])


def insert_last(actions: Actions, *added: Action) -> Actions:
    """The actions with others inserted after the last event."""
    index = _end(actions)
    return (*actions[:index], *added, *actions[index:])


def first_half(actions: Actions) -> Actions:
    """The actions up to the middle of the tokens, without an end. A single event keeps half of its bytes."""
    token_indexes = [
        index for index, action in enumerate(actions) if isinstance(action, Event) and action.token is not None
    ]
    if not token_indexes:
        end_indexes = [index for index, action in enumerate(actions) if isinstance(action, Event) and action.end]
        return actions[: end_indexes[0] if end_indexes else _end(actions)]
    middle = token_indexes[(len(token_indexes) - 1) // 2]
    event = actions[middle]
    if isinstance(event, Event) and event.end:
        # Half a document, even inside a character: the truncated body must not be a complete document.
        return (*actions[:middle], Event(event.data[: len(event.data) // 2]))
    return actions[: middle + 1]


def next_half(actions: Actions) -> bytes:
    """The first half of the first event that `first_half` drops."""
    kept = first_half(actions)
    rest = events(actions)[len(events(kept)) :]
    return rest[0].data[: len(rest[0].data) // 2] if rest else b""


def joined(parts: Sequence[Event]) -> bytes:
    """The concatenated bytes of the events."""
    return b"".join(part.data for part in parts)


def _end(actions: Actions) -> int:
    return next((index for index, action in enumerate(actions) if isinstance(action, End)), len(actions))
