"""Named sets of paths and hosts, as data and as functions of their spelling."""
