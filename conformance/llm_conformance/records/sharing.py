"""Equal parts of JSON data, kept once: the chunks of one answer are in dozens of observations.

In memory equal parts become one object. In a file a long part that occurs again is replaced by a reference: an object
whose only key is "same-as", with the path of keys and indices to the first occurrence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from operator import is_
from typing import Any

REFERENCE = "same-as"
# Characters of JSON. A shorter part is easier to read where it stands.
_LONG = 300

Path = tuple[str | int, ...]


class Sharing:
    """Makes equal parts of JSON data one object; to be asked for every observation of a run."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._kept: set[int] = set()

    def shared(self, data: Any) -> Any:
        """The same data, made of parts that are known where they are equal. The caller no longer changes it."""
        kind = type(data)
        if kind is not dict and kind is not list:
            # 1, 1.0 and True are equal, and not the same.
            return self._known.setdefault(data if kind is str else (kind, repr(data)), data)
        if id(data) in self._kept:
            return data
        before = data.values() if kind is dict else data
        # Most parts are texts.
        text, shared = self._known.setdefault, self.shared
        parts = [text(part, part) if type(part) is str else shared(part) for part in before]
        key = (kind, *data, *map(id, parts)) if kind is dict else (kind, *map(id, parts))
        known = self._known.get(key)
        if known is None:
            # What is made of known parts already is kept as it is.
            same = all(map(is_, parts, before))
            known = data if same else dict(zip(data, parts, strict=True)) if kind is dict else parts
            self._known[key] = known
            self._kept.add(id(known))
        return known


def pack(data: Any) -> Any:
    """The data, with references in place of long parts that have occurred before."""
    first: dict[int, Path] = {}
    lengths: dict[int, int] = {}

    def packed(part: Any, path: Path) -> Any:
        if not isinstance(part, str | dict | list):
            return part
        if id(part) in first:
            if id(part) not in lengths:
                lengths[id(part)] = len(part) if isinstance(part, str) else len(json.dumps(part))
            if lengths[id(part)] >= _LONG:
                return {REFERENCE: list(first[id(part)])}
        else:
            first[id(part)] = path
        if isinstance(part, dict):
            return {key: packed(value, (*path, key)) for key, value in part.items()}
        return [packed(item, (*path, index)) for index, item in enumerate(part)] if isinstance(part, list) else part

    return packed(Sharing().shared(data), ())


def unpack(data: Any) -> Any:
    """The data without references; ValueError where one does not lead to an earlier part."""
    root: list[Any] = []
    building: set[int] = set()

    def unpacked(part: Any, put: Callable[[Any], object]) -> None:
        """Put the part in its place before what is within it, so that later references find that."""
        kind = type(part)
        if kind is dict and len(part) == 1 and _is_reference(part):
            put(_found(root[0] if root else None, part[REFERENCE], building))
        elif kind is dict:
            fill: dict[str, Any] = {}
            put(fill)
            building.add(id(fill))
            for key, value in part.items():
                if type(value) is dict or type(value) is list:
                    unpacked(value, partial(fill.__setitem__, key))
                else:
                    fill[key] = value
            building.discard(id(fill))
        elif kind is list:
            items: list[Any] = []
            put(items)
            building.add(id(items))
            for item in part:
                if type(item) is dict or type(item) is list:
                    unpacked(item, items.append)
                else:
                    items.append(item)
            building.discard(id(items))
        else:
            put(part)

    unpacked(data, root.append)
    return root[0]


def _is_reference(part: Any) -> bool:
    return isinstance(part, dict) and len(part) == 1 and isinstance(part.get(REFERENCE), list)


def _found(part: Any, path: Sequence[Any], building: set[int]) -> Any:
    try:
        for key in path:
            part = part[key]
    except (KeyError, IndexError, TypeError):
        raise ValueError(f"a reference to {path!r:.80}, which is not there") from None
    if id(part) in building:
        raise ValueError(f"a reference to {path!r:.80}, which contains it")
    return part
