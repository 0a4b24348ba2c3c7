"""HTTP as the simulated provider reads and writes it."""
