"""How a part of Handrail stands, in the words that every command, page and answer uses for it."""

from __future__ import annotations

import enum


class Standing(enum.Enum):
    """Of the sensor, the file watch and the local model."""

    RUNNING = "running"
    STARTING = "starting"
    RESTING = "resting"  # its budget of the day is used up
    SILENT = "silent"  # it should report, and does not
    FAILED = "failed"
    OFF = "off"  # by the settings
    STOPPED = "stopped"
