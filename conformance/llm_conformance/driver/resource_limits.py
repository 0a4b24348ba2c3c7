"""Keeps a model from limiting the resources of the process in which the harness observes it."""

from __future__ import annotations

from typing import Any

try:
    import resource
except ImportError:  # Windows
    _MODULE: Any = None
else:
    _MODULE = resource

KEPT_HIGH = ("setrlimit",)


class Limits:
    """While a model is called, it may raise a limit: a lower one would stop the harness, or let it wait for ever."""

    def begin(self) -> None:
        """The model is called from here on."""
        if _MODULE is not None:
            self._original = _MODULE.setrlimit
            _MODULE.setrlimit = self._raise

    def end(self) -> None:
        """It is not called any more."""
        if _MODULE is not None:
            _MODULE.setrlimit = self._original

    def _raise(self, which: int, limits: tuple[int, int]) -> None:
        soft, hard = _MODULE.getrlimit(which)
        wanted = tuple(limits)
        if _is_lower(wanted[0], soft) or _is_lower(wanted[1], hard):
            return
        self._original(which, wanted)


def _is_lower(wanted: int, now: int) -> bool:
    if _MODULE.RLIM_INFINITY in {wanted, now}:
        return bool(wanted != _MODULE.RLIM_INFINITY)
    return wanted < now
