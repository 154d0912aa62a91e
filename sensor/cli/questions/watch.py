"""`handrail quarantine watch`: the waiting calls on a full screen, decided by keys."""

from __future__ import annotations

import contextlib
import datetime
import locale
import os
import sys
import time

import click
import msgspec

from sensor.ask import SensorAway, SensorRefused
from sensor.cli.context import Installation, who
from sensor.cli.questions.watch_questions import ENTER, ERASE, LEAVE
from sensor.cli.questions.watch_screen import Line, Screen
from sensor.model.errors import HandrailError, UsageError
from sensor.model.held import Held

try:
    import curses
except ImportError:  # a Python that was built without it
    curses = None  # type: ignore[assignment]

ASK_SECONDS = 1.0
WAIT_MS = 200
NAMES = {"a": "once", "s": "session", "A": "always", "r": "reject", "n": "note", "k": "up", "j": "down", " ": "forward", "b": "back", "?": "help", "q": "quit"}
TYPED = {"\n": ENTER, "\r": ENTER, "\x7f": ERASE, "\b": ERASE, "\x1b": LEAVE}


@click.command()
@click.pass_obj
def watch(installation: Installation) -> None:
    """Watch the calls that wait on a full screen, and decide them with keys.

    \b
    Keys:
      a  approve once          s  approve for this session
      r  reject                n  reject with a note
      A  always allow here     q  quit
      up/down (k/j) choose     space/b  scroll a long call
      ?  help
    """
    if curses is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The screen needs a terminal" if curses is not None else "This Python has no curses",
                         next_step="Use: handrail quarantine list, then handrail quarantine approve ID")
    installation.ask("quarantine.list", state="pending")  # says what to do when the sensor is away, before the screen changes
    locale.setlocale(locale.LC_ALL, "")
    os.environ.setdefault("ESCDELAY", "25")
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C quits as q does
        curses.wrapper(lambda window: _run(window, installation))


def _run(window: curses.window, installation: Installation) -> None:
    styles = _styles()
    screen, asked = Screen(), 0.0
    window.timeout(WAIT_MS)
    while True:
        if time.monotonic() - asked >= ASK_SECONDS:
            _refresh(screen, installation)
            asked = time.monotonic()
        _draw(window, screen, styles)
        key, had_dialogue = _read(window), screen.dialogue is not None or screen.helping
        name = NAMES.get(key, key)
        if not had_dialogue and name == "quit":
            return
        wish = screen.type(key) if had_dialogue else screen.key(name, datetime.date.today())
        if screen.dialogue is not None and not had_dialogue:
            curses.flushinp()  # a key that repeats is no answer to what it opened
        if wish is not None:
            try:
                installation.ask(wish.op, **wish.args, by=who())
                screen.message = Line(wish.done, "good")
            except HandrailError as error:
                screen.message = Line(error.message, "warn")
            asked = 0.0
            curses.flushinp()  # a key that repeats was meant for the call that is decided now


def _read(window: curses.window) -> str:
    """The next key: a character or a name; "" when none came."""
    try:
        key = window.get_wch()
    except curses.error:
        return ""
    if isinstance(key, str):
        return TYPED.get(key, key)
    return {curses.KEY_UP: "up", curses.KEY_DOWN: "down", curses.KEY_NPAGE: "forward", curses.KEY_PPAGE: "back",
            curses.KEY_ENTER: ENTER, curses.KEY_BACKSPACE: ERASE}.get(key, "")


def _refresh(screen: Screen, installation: Installation) -> None:
    message = screen.message
    try:
        found = installation.ask("quarantine.list", state="pending").get("calls", [])
        screen.update(msgspec.convert(found, tuple[Held, ...], strict=False))
        if message.style == "good":
            screen.message = message  # what was just done is said, not that the call is gone
    except (SensorAway, SensorRefused) as error:
        screen.update(())
        screen.message = Line(f"{error.message}. {error.next_step}", "warn")
    except msgspec.ValidationError as error:
        screen.update(())
        screen.message = Line(f"The sensor is of another version: {error}", "warn")


def _styles() -> dict[str, int]:
    colours = {"warn": 0, "good": 0}
    if curses.has_colors() and not os.environ.get("NO_COLOR"):
        curses.use_default_colors()
        for number, (name, colour) in enumerate((("warn", curses.COLOR_YELLOW), ("good", curses.COLOR_GREEN)), 1):
            curses.init_pair(number, colour, -1)
            colours[name] = curses.color_pair(number)
    return {"": 0, "bold": curses.A_BOLD, "dim": curses.A_DIM, "chosen": curses.A_REVERSE, **colours}


def _draw(window: curses.window, screen: Screen, styles: dict[str, int]) -> None:
    height, width = window.getmaxyx()
    window.erase()
    for row, line in enumerate(screen.lines(width - 1, height, time.time())[:height]):
        try:
            window.addstr(row, 0, line.text, styles[line.style])
        except curses.error:
            pass  # the window has shrunk meanwhile; the next round draws it anew
    window.refresh()
