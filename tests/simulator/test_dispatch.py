"""From request to answer without a network."""

import json

from llm_conformance.simulator import Case
from llm_conformance.simulator.action import Send
from llm_conformance.simulator.dispatch import dispatch
from llm_conformance.simulator.message import Head
from llm_fixtures import golden

HEAD = Head("POST", "/v1/completions", {})


def test_a_case_speaks_only_the_format_it_was_announced_for() -> None:
    case = Case(nonce="n1", golden=golden("repeats"), format="tgi")

    seen = dispatch(HEAD, b'{"model":"m","prompt":"n1"}', [case], 1)

    (action,) = seen.answer.actions
    assert isinstance(action, Send)
    message = json.loads(action.data)["error"]["message"]
    assert message == "case 'n1' was announced for 'tgi', asked was 'openai-completions'"
    assert seen.nonces == ("n1",)
