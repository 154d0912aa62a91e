"""Notice that files changed, without polling: watch their folders (editors replace files) and settle."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.2
YAML = frozenset({".yaml", ".yml"})
CHANGES: list[type[FileSystemEvent]] = [FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent]


class FolderWatch(FileSystemEventHandler):
    """Calls `changed` (from a thread of its own) once a burst of changes of files with these suffixes is over."""

    def __init__(self, folders: tuple[Path, ...], suffixes: frozenset[str], changed: Callable[[], None]) -> None:
        self._changed = changed
        self._suffixes = suffixes
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._observer = Observer()
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._observer.schedule(self, str(folder), recursive=False, event_filter=CHANGES)

    def start(self) -> None:
        """Begin to watch. Raises OSError where the system has no watch left."""
        self._observer.start()

    def stop(self) -> None:
        """End the threads."""
        self._observer.stop()
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()

    def on_any_event(self, event: FileSystemEvent) -> None:
        names = {Path(str(path)).suffix for path in (event.src_path, event.dest_path) if path}
        if not names & self._suffixes:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(SETTLE_SECONDS, self._changed)
            self._timer.daemon = True
            self._timer.start()
