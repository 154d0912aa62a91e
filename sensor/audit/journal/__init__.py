"""The journal on the disk: segments, the one writer, readers, checkpoints, recovery, pruning."""
