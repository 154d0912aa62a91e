"""One run of a program: its effect, where its data flows, and what makes it harmless."""
