"""The messages of pytest's short summary: each as long as its line has room for, so that pytest cuts none of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import pytest

from llm_conformance.report.escape import columns

# pytest writes them around the node id of a failure: `FAILED node - message`.
_AROUND = "FAILED  - "
# On CI pytest prints whole messages.
_CI = ("CI", "BUILD_NUMBER")


def give_messages(reports: Iterable[tuple[pytest.TestReport, Sequence[str]]], width: int) -> None:
    """Give each report the first of its messages that fits into a line of this width; none of them if none fits."""
    whole = any(os.environ.get(name) for name in _CI)
    for report, messages in reports:
        room = width - columns(_AROUND) - columns(report.nodeid)
        fitting = (one for one in messages if whole or columns(one) <= room)
        report.longrepr = next(fitting, None)
