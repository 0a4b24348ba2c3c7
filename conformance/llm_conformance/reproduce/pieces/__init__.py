"""The functions and classes that scripts are made of: a script has the source of those that it needs.

They import the standard library alone. `recipes.toml` names them.
"""
