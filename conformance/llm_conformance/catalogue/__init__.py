"""All checks, scenarios and clauses, verified against each other."""
