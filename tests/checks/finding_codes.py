"""Renders `findings.json`: an example of each code of findings, for `--llm-explain`."""

import json
from collections import defaultdict

from checks.messages import EXAMPLES
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import one_line


def render() -> str:
    """Code to family of checks to `[expected, actual]`, of the first example that gives it."""
    codes: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for example in EXAMPLES:
        for finding in example.findings:
            sides = [one_line(finding.expected), one_line(finding.actual)]
            codes[finding.code].setdefault(CHECKS[example.check].family, sides)
    return json.dumps(codes, indent=1, sort_keys=True) + "\n"
