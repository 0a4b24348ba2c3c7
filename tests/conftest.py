"""The plugin under test and the order of the tests, for all tests."""

import pytest

pytest_plugins = ["pytester"]

# The longest first: short tests at the end keep every worker busy.
_FIRST = ("tests/zoo/test_kill_matrix.py", "tests/zoo/", "tests/plugin/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that take long before the others."""
    items.sort(key=lambda item: [not item.nodeid.startswith(path) for path in _FIRST])
