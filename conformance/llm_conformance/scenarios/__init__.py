"""What is done to a subject, one act a scenario; each module has the name of the check module that judges it."""
