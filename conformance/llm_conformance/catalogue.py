"""Everything there is: imports the scenarios and the checks, and holds their names against each other."""

from llm_conformance import checks, registry, scenarios

GROUPS = (
    "invoke",
    "ainvoke",
    "input",
    "stream",
    "astream",
    "batch",
    "abatch",
    "stop",
    "config",
    "isolation",
    "events",
    "shapes",
    "filters",
    "nested",
    "callbacks",
    "live",
    "loop",
    "errors",
    "close",
    "cancel",
    "together",
    "any-text",
)


def _in_order() -> dict[str, registry.Check]:
    """The checks as people read them: by what is called, the simplest first."""
    for check in registry.CHECKS.values():
        if check.group not in GROUPS:
            raise TypeError(f"check {check.id!r}: unknown group{registry.nearest(check.group, GROUPS)}")
    return dict(sorted(registry.CHECKS.items(), key=lambda item: GROUPS.index(item[1].group)))


registry.verify()
CHECKS = _in_order()
SCENARIOS = registry.SCENARIOS

__all__ = ["CHECKS", "GROUPS", "SCENARIOS", "checks", "scenarios"]
