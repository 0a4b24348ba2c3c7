"""All that the checks say of the examples that break their rules; run as a script, it prints the page messages.txt."""

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from checks import callbacks, controlled, cost, events, invoke_batch_stop_config, nested, streams, timing, wire
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Finding, NotJudged, one_line

PAGE = Path(__file__).with_name("messages.txt")
EXAMPLES = (
    *invoke_batch_stop_config.EXAMPLES,
    *streams.EXAMPLES,
    *events.EXAMPLES,
    *nested.EXAMPLES,
    *callbacks.EXAMPLES,
    *controlled.EXAMPLES,
    *cost.EXAMPLES,
    *timing.EXAMPLES,
    *wire.EXAMPLES,
)


def said() -> Iterator[str]:
    """A paragraph for each example: the check, why it does not judge, and each finding with both of its sides."""
    for example in EXAMPLES:
        yield f"{example.check}\n"
        for one in CHECKS[example.check].judge(*example.keeps):
            yield f"  {one.status}: {one.reason}\n" if isinstance(one, NotJudged) else "  a finding\n"
        for one in CHECKS[example.check].judge(*example.breaks):
            if isinstance(one, Finding):
                place = "" if one.at is None else f" at {one.at}"
                where = f" ({one.where})" if one.where else ""
                yield f"  {one_line(one.expected)} | {one_line(one.actual)}{place}{where}\n"


if __name__ == "__main__":
    sys.stdout.writelines(said())
