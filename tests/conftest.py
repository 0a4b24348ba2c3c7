"""The plugin under test and the order of the tests, for all tests."""

import pytest

from llm_conformance.catalogue.live import live_scenarios

pytest_plugins = ["pytester"]

# The longest first: short tests at the end keep every worker busy.
_FIRST = (
    "tests/zoo/test_kill_matrix.py",
    "tests/zoo/",
    "tests/plugin/",
    "tests/reference/differential/",
    "tests/control/",
    "tests/observe/",
    "tests/driver/",
    "tests/simulator/test_client_table.py",
    "tests/test_",
)
_SHORT = ("tests/test_imports.py", "tests/test_changelog.py")
# With more, pytest-xdist sends more to a worker at the end of each test, until it has hundreds that the others cannot
# take over.
_TESTS_AT_ONCE = 1


def pytest_configure(config: pytest.Config) -> None:
    """Send one test to a worker at a time, and register every scenario."""
    # A run within a test takes back what it imported, but not what that has registered.
    live_scenarios()
    if getattr(config.option, "maxschedchunk", 0) is None:
        config.option.maxschedchunk = _TESTS_AT_ONCE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that take long before the others."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(test: str) -> int:
    if test.startswith(_SHORT):
        return len(_FIRST)
    return next((place for place, path in enumerate(_FIRST) if test.startswith(path)), len(_FIRST))
