"""The schedule of anchors that need the network: each run is `handrail anchor push` in a process of its own.

Neither a slow remote nor the rebuilding of the tree costs the sensor anything. A conflict is told once until it changes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import msgspec

SECONDS = 900  # git remotes have a minute each, others less: what one of them knows is told only at the end

_LOG = logging.getLogger(__name__)


class _Told(msgspec.Struct):
    anchor: str
    state: str
    why: str = ""


class _Output(msgspec.Struct):
    anchors: list[_Told] = []


class AnchorRuns:
    """Runs `command`; `conflict` is told in words when an anchor knows another past of the log. Belongs to one event loop."""

    def __init__(self, command: tuple[str, ...], conflict: Callable[[str], None]) -> None:
        self._command, self._conflict = command, conflict
        self._last = ""

    async def run(self) -> None:
        """One run; at most SECONDS."""
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            out, err = await asyncio.wait_for(process.communicate(), SECONDS)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()
            _LOG.warning("anchors were not reached within %s s", SECONDS)
            return
        if process.returncode == 1:
            self._tell(out)
        elif process.returncode:
            _LOG.warning("a checkpoint could not be anchored: %s", (err or out).decode("utf-8", "replace").strip()[-500:])
        else:
            self._last = ""

    def _tell(self, out: bytes) -> None:
        try:
            told = msgspec.json.decode(out, type=_Output).anchors
        except msgspec.DecodeError:
            told = []
        words = "; ".join(f"{one.anchor}: {one.state}, {one.why}" for one in told if one.state in ("conflict", "rollback", "fork"))
        if words and words != self._last:
            self._last = words
            _LOG.error("an anchor knows another past of this log: %s", words)
            self._conflict(words[:500])
