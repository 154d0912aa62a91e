"""How changes are noticed at once: hints that something happened in a folder. What really happened is read from the disk.

Linux: watchdog's binding of inotify, read here. Its Observer takes a thread for each folder, answers a dropped queue by
walking its trees, and tells nobody (7.x) or nothing at all (6.x); here it is one thread, and a drop is a hint like others.
Elsewhere: watchdog's Observer.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import struct
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from sensor.model.calls import Value
from sensor.model.errors import in_words

log = logging.getLogger(__name__)

CONTENT, ABSENCE, NEW, FOLDER, GONE, DROPPED = "content", "absence", "new", "folder", "gone", "dropped"
BUFFER = 256 * 1024
_HEAD = struct.Struct("iIII")


class Hint(Value, gc=False):
    """Something happened to `name` in `folder`: CONTENT is there, ABSENCE, NEW (and perhaps still being written), a FOLDER came or went.

    GONE = the folder itself; DROPPED = the system lost events, of which folder is not known.
    """

    folder: str
    name: str
    what: str


class Eyes(Protocol):
    """Watches folders and calls `tell` from a thread of its own."""

    def watch(self, folders: frozenset[str]) -> dict[str, str]:
        """Watch exactly these folders; those that cannot be watched, with the reason in words."""

    def close(self) -> None: ...


class InotifyEyes:
    """inotify: one descriptor and one thread for all folders. Raises OSError where the system has no instance left."""

    def __init__(self, tell: Callable[[Hint], None]) -> None:
        from watchdog.observers import inotify_c  # exists on Linux only

        self._c, flags = inotify_c, inotify_c.InotifyConstants
        self._mask = (flags.IN_MODIFY | flags.IN_CLOSE_WRITE | flags.IN_MOVED_FROM | flags.IN_MOVED_TO | flags.IN_CREATE | flags.IN_DELETE | flags.IN_ATTRIB
                      | flags.IN_DELETE_SELF | flags.IN_MOVE_SELF | flags.IN_ONLYDIR)
        self._tell = tell
        self._fd = inotify_c.inotify_init()
        if self._fd < 0:
            raise OSError(errno.EMFILE, "no inotify instance is left for this user")
        os.set_blocking(self._fd, False)
        self._wake, self._waker = os.pipe()
        self._lock = threading.Lock()
        self._by_folder: dict[str, int] = {}
        self._by_watch: dict[int, set[str]] = {}
        self._thread = threading.Thread(target=self._read, name="inotify", daemon=True)
        self._thread.start()

    def watch(self, folders: frozenset[str]) -> dict[str, str]:
        """See `Eyes`."""
        problems: dict[str, str] = {}
        with self._lock:
            for folder in self._by_folder.keys() - folders:
                self._forget(folder)
            for folder in sorted(folders):  # also those that are watched: another folder may have come by the name of one
                number = self._c.inotify_add_watch(self._fd, os.fsencode(folder), self._mask)
                if folder in self._by_folder and number != self._by_folder[folder]:
                    self._forget(folder)
                if number < 0:
                    problems[folder] = self._why(folder)
                else:
                    self._by_folder[folder] = number
                    self._by_watch.setdefault(number, set()).add(folder)  # two names of one folder share a watch
        return problems

    def close(self) -> None:
        """End the thread and give the descriptor back."""
        os.write(self._waker, b"!")
        self._thread.join(5)
        for descriptor in (self._fd, self._wake, self._waker):
            os.close(descriptor)

    def _why(self, folder: str) -> str:
        import ctypes

        code = ctypes.get_errno()
        if code == errno.ENOSPC:
            return "the limit of inotify watches is reached (fs.inotify.max_user_watches)"
        return os.strerror(code) if code else "cannot be watched"

    def _forget(self, folder: str) -> None:
        number = self._by_folder.pop(folder)
        names = self._by_watch[number]
        names.discard(folder)
        if not names:
            del self._by_watch[number]
            self._c.inotify_rm_watch(self._fd, number)  # type: ignore[arg-type]  # a name of its own in watchdog 7 only

    def _read(self) -> None:
        poller = select.poll()
        poller.register(self._fd, select.POLLIN)
        poller.register(self._wake, select.POLLIN)
        while True:
            ready = [descriptor for descriptor, _ in poller.poll()]
            if self._wake in ready:
                return
            try:
                data = os.read(self._fd, BUFFER)
            except BlockingIOError:
                continue
            for hint in dict.fromkeys(self._hints(data)):
                self._tell(hint)

    def _hints(self, data: bytes) -> list[Hint]:
        flags, found, at = self._c.InotifyConstants, [], 0
        while at + _HEAD.size <= len(data):
            number, mask, _, length = _HEAD.unpack_from(data, at)
            name = os.fsdecode(data[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0"))
            at += _HEAD.size + length
            if mask & flags.IN_Q_OVERFLOW:
                found.append(Hint(folder="", name="", what=DROPPED))
                continue
            with self._lock:
                folders = tuple(self._by_watch.get(number, ()))
                if mask & flags.IN_IGNORED:  # the kernel took the watch away: the folder is no more
                    for folder in self._by_watch.pop(number, set()):
                        self._by_folder.pop(folder, None)
            if mask & (flags.IN_IGNORED | flags.IN_DELETE_SELF | flags.IN_MOVE_SELF | flags.IN_UNMOUNT):
                what = GONE
            elif mask & flags.IN_ISDIR:
                what = FOLDER
            elif mask & (flags.IN_DELETE | flags.IN_MOVED_FROM):
                what = ABSENCE
            else:
                what = NEW if mask & (flags.IN_CREATE | flags.IN_MODIFY) else CONTENT
            found += [Hint(folder=folder, name=name, what=what) for folder in folders]
        return found


class ObserverEyes(FileSystemEventHandler):
    """watchdog's Observer: a thread for each folder on most systems. It does not tell when the system drops events."""

    def __init__(self, tell: Callable[[Hint], None]) -> None:
        self._tell = tell
        self._observer = Observer()
        self._observer.start()
        self._watches: dict[str, ObservedWatch] = {}
        self._gone: set[str] = set()

    def watch(self, folders: frozenset[str]) -> dict[str, str]:
        """See `Eyes`."""
        problems: dict[str, str] = {}
        gone, self._gone = self._gone, set()
        for folder in self._watches.keys() & gone | self._watches.keys() - folders:
            self._observer.unschedule(self._watches.pop(folder))
        for folder in sorted(folders - self._watches.keys()):
            try:
                self._watches[folder] = self._observer.schedule(self, folder, recursive=False)
            except OSError as error:
                problems[folder] = in_words(error)
        return problems

    def close(self) -> None:
        """End the threads."""
        self._observer.stop()
        self._observer.join(5)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Hints for both ends of an event."""
        absent = {"deleted": ABSENCE, "moved": ABSENCE, "created": NEW}
        for path, what in ((event.src_path, absent.get(event.event_type, CONTENT)), (event.dest_path, CONTENT)):
            text = os.fsdecode(path)
            if not text or event.event_type in ("opened", "closed_no_write"):
                continue
            folder, _, name = text.rpartition("/")
            if text in self._watches and what is ABSENCE:
                self._gone.add(text)
                self._tell(Hint(folder=text, name="", what=GONE))
            if folder in self._watches:
                self._tell(Hint(folder=folder, name=name, what=FOLDER if event.is_directory else what))


class ClosedEyes:
    """No events at all: where the system has nothing left to watch with. The sweep alone finds changes."""

    def __init__(self, why: str) -> None:
        self._why = why

    def watch(self, folders: frozenset[str]) -> dict[str, str]:
        """See `Eyes`."""
        return dict.fromkeys(folders, self._why)

    def close(self) -> None:
        """Nothing to end."""


def open_eyes(tell: Callable[[Hint], None], platform: str = sys.platform) -> Eyes:
    """The eyes of this system."""
    try:
        return InotifyEyes(tell) if platform == "linux" else ObserverEyes(tell)
    except OSError as error:
        log.error("file events are not available: %s", error)
        return ClosedEyes(in_words(error))
