"""The installed langchain-core has the faults of version v3 that a model inherits, and does not have the others."""

import pytest

from v3_faults.known import FAULTS, has

# Each projection of a model that fails raises, in every release that was tried.
MENDED = {"silent-projection", "silent-async-projection"}


@pytest.mark.parametrize("name", FAULTS)
def test_langchain_core_has_the_fault_or_mended_it(name: str) -> None:
    assert has(FAULTS[name]) is (name not in MENDED)
