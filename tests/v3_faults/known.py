"""The faults by name, and whether the installed langchain-core has one."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from v3_faults import bridge, leaving, reading

Fault = Callable[[], Any]
FAULTS: dict[str, Fault] = {
    name.replace("_", "-"): one for module in (leaving, bridge, reading) for name, one in module.FAULTS.items()
}


def has(fault: Fault) -> bool:
    """Whether the installed langchain-core has this fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # version v3 is in beta
        return bool(asyncio.run(fault()) if iscoroutinefunction(fault) else fault())
