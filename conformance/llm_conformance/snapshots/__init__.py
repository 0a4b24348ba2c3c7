"""What was observed, as text, compared with what a project accepted."""
