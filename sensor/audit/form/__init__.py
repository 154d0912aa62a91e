"""The form of what is recorded: canonical bytes, entries and their parts, the chain, keys, signed notes, proofs."""
