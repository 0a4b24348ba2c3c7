"""Renders `defects.json`: the defects that each check catches, for `--llm-explain`. Run as a script, it prints them."""

import json
import sys
from collections import defaultdict

from llm_conformance.catalogue.catalogue import CHECKS
from llm_zoo import DEFECTS


def render() -> str:
    """Check id, or id of a family, to `[[defect id, story], ..]`, sorted by defect id."""
    caught: dict[str, dict[str, str]] = defaultdict(dict)
    for defect in DEFECTS.values():
        for name in defect.caught_by:
            for key in (name, CHECKS[name].family):
                caught[key][defect.id] = defect.story
    rows = {name: sorted(stories.items()) for name, stories in caught.items()}
    return json.dumps(rows, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
