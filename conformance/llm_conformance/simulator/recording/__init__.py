"""Recording: a live stream becomes a golden file, with the times at which its tokens came."""

from llm_conformance.simulator.recording.recorder import Recording, RecordRequest, record
from llm_conformance.simulator.recording.stream_parser import BrokenStreamError, StreamParser

__all__ = ["BrokenStreamError", "RecordRequest", "Recording", "StreamParser", "record"]
