"""A finding of a saved run as a script without this harness, and as an issue for the tracker of the model."""
