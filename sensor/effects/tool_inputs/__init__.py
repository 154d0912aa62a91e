"""Tools that are not a shell: files, web, MCP, settings."""
