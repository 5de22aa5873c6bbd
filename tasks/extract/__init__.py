"""Extract: entities and events of sentences, by a model and by rules over tables.

`tag_entities` and `extract_events` are the two functions for code outside of the flows. Importing them loads neither
the model nor onnxruntime.
"""

from tasks.extract.events import Event, EventParticipant, extract_events, tag_entities

__all__ = ["Event", "EventParticipant", "extract_events", "tag_entities"]
