"""Fields that were added after runs had been saved, and that those runs may lack."""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any

_ADDED = "added"


def added(default: Any) -> Any:
    """A field whose absence does no harm: a saved run without it is judged with the default.

    Only words depend on it, such as a hint, or the default is true of all those runs. Any other new field makes the
    checks that read its record *not testable* for every run that was saved before.
    """
    return field(default=default, metadata={_ADDED: True})


def is_added(one: Field[Any]) -> bool:
    """Whether a saved run may lack that field."""
    return _ADDED in one.metadata
