"""What several defects share: models that have one defect added."""
