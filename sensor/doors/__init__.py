"""The doors: how calls come in, by unix socket and loopback HTTP."""
