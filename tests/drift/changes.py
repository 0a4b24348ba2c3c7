"""What differs between two releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Parts = Mapping[str, Mapping[str, str]]


def changes(known: Parts, found: Parts) -> Iterator[str]:
    """A line for each entry that is new, gone or another one; one line for a part that has none any more."""
    for part in dict.fromkeys((*known, *found)):
        old, new = known.get(part, {}), found.get(part, {})
        if len(old) > 1 and not new:
            yield f"{part}: gone: all {len(old)}"
            continue
        for name in dict.fromkeys((*old, *new)):
            if name not in new:
                yield f"{part}: gone: {name} ({old[name]})"
            elif name not in old:
                yield f"{part}: new: {name} ({new[name]})"
            elif old[name] != new[name]:
                yield f"{part}: changed: {name}: {old[name]} -> {new[name]}"
