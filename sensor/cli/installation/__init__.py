"""This installation: service, mode, settings, measurements, removal."""
