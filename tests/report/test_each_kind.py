"""A record of each kind can be looked at: as a figure of the page, and as evidence beside a finding."""

import pytest

from llm_conformance.records import Observation
from llm_conformance.records.codec import encode
from llm_conformance.report.evidence import evidence_lines
from llm_conformance.report.html.figure import figure
from records.each_kind import NAMES, RECORDS


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_a_record_is_drawn_and_is_evidence(record: Observation) -> None:
    drawn = figure(["one"], {"one": record}, []).calls

    assert all(call.failed or call.panels for call in drawn)
    assert [*evidence_lines(encode(record), "")]
