"""Base classes of defects. Each is a conforming model until a subclass overrides something."""
