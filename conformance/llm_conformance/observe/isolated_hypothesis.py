"""Hypothesis for a search of the suite: it leaves no files behind, and draws the same beside any other code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any


@contextmanager
def isolated_hypothesis() -> Iterator[None]:
    """Run a search without files in the user's folder, and without numbers from the user's modules."""
    with _own_folder(), _no_local_constants():
        yield


@contextmanager
def _own_folder() -> Iterator[None]:
    from hypothesis import configuration  # noqa: PLC0415 - only a search pays for the import

    before: Any = configuration.storage_directory(intent_to_write=False)
    with TemporaryDirectory(prefix="llm-conformance-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(getattr(before, "home_directory", before))


@contextmanager
def _no_local_constants() -> Iterator[None]:
    """Draw no constant that Hypothesis reads in the source of the modules outside site-packages.

    It has done so since version 6.131. The inputs would depend on what else is imported, and parsing those modules
    takes seconds. The cache of constants is exchanged as well, because the user's own tests use it, too.
    """
    from hypothesis.internal.conjecture import providers  # noqa: PLC0415 - the same

    names = vars(providers)
    if "_get_local_constants" not in names:
        yield
        return
    cache, no_constants = names["CONSTANTS_CACHE"], type(names["GLOBAL_CONSTANTS"])()
    own = {"_get_local_constants": lambda: no_constants, "CONSTANTS_CACHE": type(cache)(cache.max_size)}
    before = {name: names[name] for name in own}
    names.update(own)
    try:
        yield
    finally:
        names.update(before)
