"""A run in words. Everything here works from records alone, so a saved run can be reported without its model."""
