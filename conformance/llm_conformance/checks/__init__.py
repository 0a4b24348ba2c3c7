"""The contract, rule by rule.

A check reads records and nothing else: no model, no clock, no pytest.
"""
