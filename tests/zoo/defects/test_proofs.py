"""Each defect has a test in this folder or in test_hangs.py, or no other defect fails the same checks."""

import re
from collections import Counter
from pathlib import Path

from llm_zoo import DEFECTS

HERE = Path(__file__).parent
FILES = [*HERE.glob("test_*.py"), HERE.parent / "test_hangs.py"]
TESTS = "".join(file.read_text(encoding="utf-8") for file in FILES)
SAME_CHECKS = Counter(frozenset(defect.caught_by) for defect in DEFECTS.values())


def test_each_defect_has_a_test_or_checks_of_its_own() -> None:
    tested = {model for model in DEFECTS if re.search(rf"\b{model.__name__}\b", TESTS)}
    identified = {
        model
        for model, defect in DEFECTS.items()
        if not defect.script and not defect.wire and SAME_CHECKS[frozenset(defect.caught_by)] == 1
    }

    assert [defect.id for model, defect in DEFECTS.items() if model not in tested | identified] == []
