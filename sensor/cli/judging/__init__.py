"""What is allowed: rules, rights, tasks, keys, the local model."""
