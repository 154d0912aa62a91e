"""The log and its proof: verify, export, prune, anchors, witnesses."""
