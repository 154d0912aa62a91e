"""Handrail's sensor: decides on agents' tool calls, records them and serves the record."""

__version__ = "0.1.0"
