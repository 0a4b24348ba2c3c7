"""Recording: a live stream becomes a golden file, with the times at which its tokens came."""

from llm_conformance.simulator.recording.recorder import Recorded, Wanted, record
from llm_conformance.simulator.recording.stream_parser import Broken, Hearing

__all__ = ["Broken", "Hearing", "Recorded", "Wanted", "record"]
