"""Golden streams as files of exact bytes, for tests in any language.

GOLDEN_EXPORT.md in `conformance` describes the files.
"""

from llm_conformance.simulator.export.export import Export, Selection
from llm_conformance.simulator.export.played import played

__all__ = ["Export", "Selection", "played"]
