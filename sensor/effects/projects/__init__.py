"""What a project's own files run by name: package scripts, recipes of task runners, files that programs take as code."""
