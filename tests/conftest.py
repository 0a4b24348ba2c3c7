"""The plugin under test and the order of the tests, for all tests."""

import pytest

from llm_conformance.catalogue.live import live_scenarios

pytest_plugins = ["pytester"]

# The longest first: short tests at the end keep every worker busy.
_FIRST = ("tests/zoo/test_kill_matrix.py", "tests/zoo/", "tests/plugin/")
# pytest-xdist would begin with an eighth of all tests for each of two workers: the longest for one of them.
_TESTS_AT_ONCE = 16


def pytest_configure(config: pytest.Config) -> None:
    """Send few tests to a worker at a time, and register every scenario."""
    # A run within a test takes back what it imported, but not what that has registered.
    live_scenarios()
    if getattr(config.option, "maxschedchunk", 0) is None:
        config.option.maxschedchunk = _TESTS_AT_ONCE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that take long before the others."""
    items.sort(key=lambda item: [not item.nodeid.startswith(path) for path in _FIRST])
