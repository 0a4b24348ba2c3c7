"""The vocabulary: what was seen of a model, as frozen, JSON-able data.

Nothing here calls a model or judges one. Scenarios make these records, checks read them,
and a saved run holds nothing else.
"""

from llm_conformance.records.callback_log import Heard, Note
from llm_conformance.records.controlled import Took, Trial, Trials
from llm_conformance.records.cost import Cost, Growth
from llm_conformance.records.deviation import Deviation, Manner
from llm_conformance.records.events import Event, Events, Runs, chunks_of, infos_of, output_info_of, output_text_of
from llm_conformance.records.fault_response import Faulted
from llm_conformance.records.outcome import Batch, Hung, Outcome, Raised, Replies, Reply
from llm_conformance.records.requests import Requests
from llm_conformance.records.search import Search
from llm_conformance.records.stalls import Stalls
from llm_conformance.records.stream import Source, Stream, Streams
from llm_conformance.records.subject_info import About, Control, Kind
from llm_conformance.records.value import Seen, Shown, Text, plain
from llm_conformance.records.verdict import (
    Finding,
    Findings,
    Level,
    Missing,
    Unjudged,
    Verdict,
    Status,
    first_difference,
    not_applicable,
    not_testable,
)

Observation = (
    Reply
    | Stream
    | Events
    | Batch
    | Replies
    | Streams
    | Runs
    | Heard
    | Trial
    | Trials
    | Search
    | Growth
    | Faulted
    | Requests
)

__all__ = [
    "About",
    "Batch",
    "Control",
    "Cost",
    "Deviation",
    "Event",
    "Events",
    "Faulted",
    "Finding",
    "Findings",
    "Growth",
    "Heard",
    "Hung",
    "Kind",
    "Level",
    "Manner",
    "Missing",
    "Note",
    "Observation",
    "Outcome",
    "Raised",
    "Replies",
    "Reply",
    "Requests",
    "Runs",
    "Search",
    "Seen",
    "Shown",
    "Source",
    "Stalls",
    "Stream",
    "Streams",
    "Text",
    "Took",
    "Trial",
    "Trials",
    "Unjudged",
    "Verdict",
    "Status",
    "chunks_of",
    "first_difference",
    "infos_of",
    "not_applicable",
    "not_testable",
    "output_info_of",
    "output_text_of",
    "plain",
]
