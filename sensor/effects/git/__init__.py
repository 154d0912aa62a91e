"""git: what its commands do, and what its files tell about commits, branches and hooks."""
