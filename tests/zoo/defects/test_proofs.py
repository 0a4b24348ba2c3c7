"""Each defect has a test in this folder, or the kill matrix identifies it: no other defect fails the same checks."""

import re
from collections import Counter
from pathlib import Path

from llm_zoo import DEFECTS

TESTS = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
SAME_CHECKS = Counter(frozenset(defect.caught_by) for defect in DEFECTS.values())


def test_each_defect_has_a_test_or_checks_of_its_own() -> None:
    tested = {model for model in DEFECTS if re.search(rf"\.{model.__name__}\b", TESTS)}
    identified = {
        model
        for model, defect in DEFECTS.items()
        if not defect.script and not defect.wire and SAME_CHECKS[frozenset(defect.caught_by)] == 1
    }

    assert [defect.id for model, defect in DEFECTS.items() if model not in tested | identified] == []
