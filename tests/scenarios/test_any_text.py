"""The inputs that are always tried distinguish a model that follows the rule from one that does not."""

import pytest

from llm_conformance.records import ControlledOutcome, Value
from llm_conformance.scenarios.any_text import STOP_TRAPS, Tokens, _is_cut


@pytest.mark.parametrize(("tokens", "mark"), [trap for trap in STOP_TRAPS if trap[1] in "".join(trap[0])])
def test_a_model_that_ignores_the_stop_mark_is_found(tokens: Tokens, mark: str) -> None:
    everything = ControlledOutcome(tokens=tokens, stop=mark, chunks=(Value("str", "str", text="".join(tokens)),))

    assert not _is_cut(everything)
