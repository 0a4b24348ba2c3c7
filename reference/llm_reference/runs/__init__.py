"""A run: its config, its callbacks, its chunks and its events."""
