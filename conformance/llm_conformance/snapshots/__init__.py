"""Snapshots: an observation as text, compared with the text that the project accepted."""
