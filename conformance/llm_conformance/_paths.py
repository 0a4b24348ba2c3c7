"""The folder of the package: tracebacks leave out every frame of a file below it."""

from __future__ import annotations

from pathlib import Path

PACKAGE_ROOT = Path(__file__).parent
