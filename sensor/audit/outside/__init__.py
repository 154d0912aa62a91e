"""Proof outside of this machine: git, timestamp authorities, witnesses."""
