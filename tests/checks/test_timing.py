"""What the arrival of an answer that comes as one chunk shows."""

import pytest

from checks.records import about, stream
from checks.timing import twice
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Need, NotJudged, Status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", Status.INCONCLUSIVE),
        ("4", Status.INCONCLUSIVE),
        ("Yes.\n", Status.INCONCLUSIVE),
        ("It depends.", Status.NOT_APPLICABLE),
        ("3f2b8c1e-0d44-4f7a-9c55-2b1e6f0a7d11", Status.NOT_APPLICABLE),
    ],
)
def test_an_answer_of_one_token_does_not_show_whether_a_model_streams(text: str, status: Status) -> None:
    (result,) = CHECKS["live.stream-timing"].judge(twice(stream(text), stream(text)), about())

    assert isinstance(result, NotJudged)
    assert result.status is status
    assert result.needs == (Need.PROMPTS if status is Status.INCONCLUSIVE else "")
