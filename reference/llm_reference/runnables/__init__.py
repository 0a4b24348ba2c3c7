"""Runnables made of runnables and functions, and the two that stand before and behind a model in a chain."""
