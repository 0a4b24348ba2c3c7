"""Where pytest meets the suite."""
