"""The body of an answer as actions: how faults find its events, cut it, and put other pieces in their place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from llm_conformance.simulator.actions import Action, Actions, End, Event, Fields, ResponseHead


def events(actions: Actions) -> list[Event]:
    """The events alone."""
    return [action for action in actions if isinstance(action, Event)]


def started(actions: Actions, **changes: object) -> Actions:
    """The actions with another head."""
    return tuple(replace(one, **changes) if isinstance(one, ResponseHead) else one for one in actions)  # type: ignore[arg-type]


def fields(actions: Actions) -> Fields:
    """The header fields of the answer."""
    return next(action.headers for action in actions if isinstance(action, ResponseHead))


def content_type(actions: Actions, value: str) -> Actions:
    """The actions with another content type."""
    others = tuple(entry for entry in fields(actions) if entry[0] != "Content-Type")
    return started(actions, headers=(("Content-Type", value), *others))


def each(actions: Actions, change: Callable[[Event], Iterable[Action]]) -> Actions:
    """The actions with every event replaced by what `change` makes of it."""
    return tuple(made for action in actions for made in (change(action) if isinstance(action, Event) else (action,)))


def rewritten(actions: Actions, change: Callable[[bytes], bytes]) -> Actions:
    """The actions with other bytes in every event."""
    return each(actions, lambda event: (replace(event, data=change(event.data)),))


def pieces(event: Event, sizes: Iterable[int]) -> list[Event]:
    """The event cut behind so many bytes, again and again; what it carries, the last piece has."""
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


def before(actions: Actions, *added: Action) -> Actions:
    """The actions with others put before the first event."""
    place = next((place for place, action in enumerate(actions) if isinstance(action, Event)), len(actions))
    return (*actions[:place], *added, *actions[place:])


def before_end(actions: Actions, *added: Action) -> Actions:
    """The actions with others put before the event that ends the answer."""
    place = next(
        (place for place, action in enumerate(actions) if isinstance(action, Event) and action.end),
        _end(actions),
    )
    return (*actions[:place], *added, *actions[place:])


def behind(actions: Actions, *added: Action) -> Actions:
    """The actions with others put behind the last event."""
    place = _end(actions)
    return (*actions[:place], *added, *actions[place:])


def half(actions: Actions) -> Actions:
    """The actions up to the middle of the tokens, without an end. Of a single event, half of its bytes remain."""
    said = [place for place, action in enumerate(actions) if isinstance(action, Event) and action.token is not None]
    if not said:
        ending = [place for place, action in enumerate(actions) if isinstance(action, Event) and action.end]
        return actions[: ending[0] if ending else _end(actions)]
    middle = said[(len(said) - 1) // 2]
    event = actions[middle]
    if isinstance(event, Event) and event.end:
        # Half a document, wherever a character lies: what is cut off is not to be mistaken for a whole.
        return (*actions[:middle], Event(event.data[: len(event.data) // 2]))
    return actions[: middle + 1]


def next_half(actions: Actions) -> bytes:
    """The first half of the event that `half` leaves out first."""
    kept = half(actions)
    rest = events(actions)[len(events(kept)) :]
    return rest[0].data[: len(rest[0].data) // 2] if rest else b""


def joined(parts: Sequence[Event]) -> bytes:
    """The bytes of several events."""
    return b"".join(part.data for part in parts)


def _end(actions: Actions) -> int:
    return next((place for place, action in enumerate(actions) if isinstance(action, End)), len(actions))
