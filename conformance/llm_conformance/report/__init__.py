"""What people read of a run. Everything here works from records alone, so that a report can be made anywhere."""
