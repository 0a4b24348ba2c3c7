"""Records a live stream as a golden stream, with the time before each token."""

from llm_conformance.simulator.recording.recorder import Recording, RecordRequest, record
from llm_conformance.simulator.recording.stream_parser import BrokenStreamError, StreamParser

__all__ = ["BrokenStreamError", "RecordRequest", "Recording", "StreamParser", "record"]
