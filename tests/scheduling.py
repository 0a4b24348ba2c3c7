"""How pytest-xdist distributes our tests: a file at a time, and the tests of the folders that take long one by one."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_ONE_BY_ONE = ("tests/zoo/", "tests/reference/differential/test_mutants.py", "tests/benchmarks/")


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps a file on one worker, so that what its tests share is made once, and the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(_ONE_BY_ONE) else nodeid.partition("::")[0]
