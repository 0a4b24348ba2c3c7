"""One call of a runnable is a run: its config, its callbacks, its chunks and its events."""
