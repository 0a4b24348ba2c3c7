"""A plugin of pytest that does nothing: what every plugin costs."""
