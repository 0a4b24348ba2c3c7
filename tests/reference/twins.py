"""Builds every model of `models.py` on both libraries. Only the import lines differ."""

import re
from pathlib import Path
from typing import Any

from reference import models as on_reference
from reference.imports import for_langchain, loaded

on_langchain = loaded(Path(on_reference.__file__), for_langchain)


def twins(name: str) -> tuple[Any, Any]:
    """Return the model of this name on the reference, and on langchain-core."""
    return getattr(on_reference, name)(), getattr(on_langchain, name)()


def normal(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event without random ids and without the metadata that langchain-core adds."""
    metadata = {key: value for key, value in event["metadata"].items() if not re.match("l[sc]_", key)}
    return {**event, "run_id": "an id" if event["run_id"].count("-") == 4 else event["run_id"], "metadata": metadata}
