"""What waits for a person, and what would happen."""
