"""ToolCall -> Effects: shell parsing, file tools, web, MCP, named places."""

from sensor.effects.derive import derive_effects

__all__ = ["derive_effects"]
