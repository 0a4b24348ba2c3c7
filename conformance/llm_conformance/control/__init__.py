"""Who decides what the model says: a script, the hooks of a black box, or a simulated provider."""
