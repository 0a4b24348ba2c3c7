"""Language models: the base class, and the models that show how to write one."""
