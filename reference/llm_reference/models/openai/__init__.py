"""A model behind an HTTP provider: the events in its bytes, the answer in the events, and the requests."""
