"""All messages of the examples that break a rule, by check; run as a script, it prints the page messages.txt."""

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from checks import (
    callbacks,
    chat_answers,
    chat_calls,
    chat_content,
    controlled,
    conversation,
    cost,
    earlier_calls,
    events,
    events_v3,
    invoke_batch_config,
    leaving,
    nested,
    searches,
    stop,
    streams,
    timing,
    tool_turns,
    tools,
    typed_blocks,
    v3_controlled,
    wire,
)
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Display, Finding, NotJudged

PAGE = Path(__file__).with_name("messages.txt")
EXAMPLES = (
    *invoke_batch_config.EXAMPLES,
    *stop.EXAMPLES,
    *streams.EXAMPLES,
    *events.EXAMPLES,
    *events_v3.EXAMPLES,
    *v3_controlled.EXAMPLES,
    *nested.EXAMPLES,
    *callbacks.EXAMPLES,
    *chat_calls.EXAMPLES,
    *chat_content.EXAMPLES,
    *chat_answers.EXAMPLES,
    *controlled.EXAMPLES,
    *conversation.EXAMPLES,
    *earlier_calls.EXAMPLES,
    *leaving.EXAMPLES,
    *searches.EXAMPLES,
    *cost.EXAMPLES,
    *timing.EXAMPLES,
    *tools.EXAMPLES,
    *tool_turns.EXAMPLES,
    *typed_blocks.EXAMPLES,
    *wire.EXAMPLES,
)


def messages() -> Iterator[str]:
    """A paragraph per check: its rule, why it does not judge, and each finding; no line twice in a paragraph."""
    by_check: dict[str, dict[str, None]] = {}
    for example in EXAMPLES:
        lines = by_check.setdefault(example.check, {})
        for one in CHECKS[example.check].judge(*example.keeps):
            if isinstance(one, NotJudged):
                lines[f"  {one.status}: {one.reason}\n"] = None
        lines.update(dict.fromkeys(map(_line, example.findings)))
    for check, lines in by_check.items():
        yield f"{check}: {CHECKS[check].rule}\n"
        yield from lines
        yield "\n"


def _line(finding: Finding) -> str:
    at = "" if finding.at is None else f", first difference at {finding.at}"
    where = f", where: {finding.location}" if finding.location else ""
    hint = f"\n    hint: {finding.hint}" if finding.hint else ""
    both_sides = f"expected: {_side(finding.expected)} | actual: {_side(finding.actual)}"
    return f"  [{finding.code}] {both_sides}{at}{where}{hint}\n"


def _side(side: Display) -> str:
    return side if isinstance(side, str) else repr("|".join(side.chunks))


if __name__ == "__main__":
    sys.stdout.writelines(messages())
