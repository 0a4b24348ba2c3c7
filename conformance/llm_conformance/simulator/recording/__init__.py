"""Recording: a live stream becomes a golden file, with the times at which its tokens came."""

from llm_conformance.simulator.recording.hearing import Broken, Hearing
from llm_conformance.simulator.recording.recorder import Recorded, Wanted, record

__all__ = ["Broken", "Hearing", "Recorded", "Wanted", "record"]
