"""Where calls come from: hooks, MCP servers, shells, watched files."""
