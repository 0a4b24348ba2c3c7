"""Language models: the base class and examples of subclasses."""
