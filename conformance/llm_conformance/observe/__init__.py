"""What a scenario works with: the context, controlled calls, recorders and searches."""
