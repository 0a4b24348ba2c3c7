"""Prints which of its own faults of version v3 the installed langchain-core has; it needs nothing of this project.

python tests/v3_faults
"""

import sys
from importlib.metadata import version
from inspect import getdoc
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # beside the tests, as for pytest

from v3_faults.known import FAULTS, has  # noqa: E402  # the path comes first

sys.stdout.write(f"langchain-core {version('langchain-core')}\n")
for name, fault in FAULTS.items():
    sys.stdout.write(f"{'yes' if has(fault) else 'no':4}{name:26} {getdoc(fault)}\n")
