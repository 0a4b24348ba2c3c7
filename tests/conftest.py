"""The plugin under test, and the order of the tests."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from llm_conformance.catalogue.live import live_scenarios
from llm_conformance.driver.garbage import Frozen

pytest_plugins = ["pytester"]

_FROZEN = pytest.StashKey[Frozen]()

# The longest first: short tests at the end keep every worker busy.
_FIRST = (
    "tests/test_real_models.py",
    "tests/plugin/",
    "tests/reference/differential/",
    "tests/zoo/test_kill_matrix.py",
    "tests/zoo/",
    "tests/control/",
    "tests/observe/",
    "tests/driver/",
    "tests/simulator/",
    "tests/test_re",
    "tests/test_con",
)


def pytest_configure() -> None:
    """Import what must not be imported twice: a run within a test takes back what it imported.

    It does not take back what has registered, as every scenario does. The HTTP clients import their transport when
    they are first used, and recognize the errors of that copy alone. Hypothesis and the reference take half the time
    of such a run.

    pytest also loads this file for who judges a model from this folder, without what the tests need.
    """
    _keep_byte_code()
    _heed_interrupts()
    live_scenarios()
    for name in filter(find_spec, ("httpcore", "httpcore2", "hypothesis", "llm_reference")):
        import_module(name)


def _keep_byte_code() -> None:
    """Let the workers and the runs in new processes find what one of them has compiled, whatever the environment says.

    To compile the harness takes as long as such a run does.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _heed_interrupts() -> None:
    """A shell that starts the tests in the background has them ignore SIGINT, and so every process that they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without the garbage collector, which would walk through fifteen thousand tests again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave the tests themselves out of all garbage collections, as if a run lasted as long as they do.

    Each of a thousand runs would otherwise begin and end with a walk through all of them.
    """
    session.config.stash[_FROZEN] = Frozen()


@pytest.fixture
def nothing_frozen(pytestconfig: pytest.Config) -> Iterator[None]:
    """No object is left out of garbage collections, not even the tests."""
    pytestconfig.stash[_FROZEN].end()
    gc.unfreeze()
    yield
    pytestconfig.stash[_FROZEN] = Frozen()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that take long before the others."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(test: str) -> int:
    return next((place for place, path in enumerate(_FIRST) if test.startswith(path)), len(_FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than there are processors: many tests wait for a model that hangs, on purpose."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Distribute the tests as `scheduling` says."""
    if config.option.dist != "load":
        return None
    from scheduling import FileScheduling  # noqa: PLC0415 - needs pytest-xdist

    config.option.loadscopereorder = False
    return FileScheduling(config, log)
