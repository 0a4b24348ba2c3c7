"""Secrets among constructor arguments and environment variables: found by their names, and kept out of every report."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

_NAME = re.compile(r"key|token|secret|password|credential|auth", re.IGNORECASE)
# A shorter value stands in too many texts by chance.
_SHORTEST = 6


def redacted(value: Any, *, secret: bool = False) -> Any:
    """The arguments as they may be shown: every text below a key that is named like a secret is replaced by "***"."""
    if isinstance(value, Mapping):
        return {key: redacted(item, secret=secret or _is_secret(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, secret=secret) for item in value]
    return "***" if secret and isinstance(value, str) else value


def secrets_of(kwargs: Mapping[str, Any]) -> tuple[str, ...]:
    """The values of arguments and environment variables that are named like a secret, the longest first."""
    values = [*_secrets(kwargs), *_secrets(os.environ)]
    # An exception may show "Bearer sk-.." or its last word alone.
    found = {part for value in values for part in (value, value.split(" ")[-1]) if len(part) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def _secrets(value: Any, *, secret: bool = False) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _secrets(item, secret=secret or _is_secret(key))
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, secret=secret)
    elif secret and isinstance(value, str):
        yield value


def _is_secret(name: str) -> bool:
    return _NAME.search(name) is not None
