"""The vocabulary: what was seen of a model, as frozen, JSON-able data.

Nothing here calls a model or judges one. Scenarios make these records, checks read them,
and a saved run holds nothing else.
"""

from llm_conformance.model.about import About, Control, Kind
from llm_conformance.model.deviation import Deviation, Manner
from llm_conformance.model.event import Event, Events, Runs, chunks_of, infos_of, output_info_of, output_text_of
from llm_conformance.model.faulted import Faulted
from llm_conformance.model.finding import (
    Finding,
    Findings,
    Level,
    Missing,
    Unjudged,
    Verdict,
    Word,
    first_difference,
    not_applicable,
    not_testable,
)
from llm_conformance.model.growth import Cost, Growth
from llm_conformance.model.heard import Heard, Note
from llm_conformance.model.outcome import Batch, Hung, Outcome, Raised, Replies, Reply
from llm_conformance.model.requests import Requests
from llm_conformance.model.search import Search
from llm_conformance.model.stalls import Stalls
from llm_conformance.model.stream import Source, Stream, Streams
from llm_conformance.model.trial import Took, Trial, Trials
from llm_conformance.model.value import Seen, Shown, Text, plain

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
    "Word",
    "chunks_of",
    "first_difference",
    "infos_of",
    "not_applicable",
    "not_testable",
    "output_info_of",
    "output_text_of",
    "plain",
]
