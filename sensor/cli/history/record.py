"""`handrail events`, `show`, `sessions`: what agents did, read from the index and, for details, from the journal."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import click
import msgspec
from msgspec import structs

from sensor.ask import SensorAway
from sensor.audit.form.entry import KINDS, parse
from sensor.audit.journal.reader import read_entry
from sensor.audit.journal.segments import Line, segment_name
from sensor.cli.completing import session_ids
from sensor.cli.context import Installation, json_option, verdict_option
from sensor.cli.durations import parse_micros
from sensor.cli.output import Layout, Printer, counted, visible
from sensor.model.calls import ToolKind
from sensor.model.errors import UsageError
from sensor.model.held import PAST
from sensor.model.kinds import kind_in_words
from sensor.model.moments import clock, moments_told
from sensor.model.names import REHEARSALS, TEST_CALL
from sensor.store.indexer import log_folder
from sensor.store.queries import events as event_queries
from sensor.store.queries import sessions as session_queries
from sensor.store.queries.events import FILES, Cursor, EventFilter, EventRow
from sensor.store.queries.sessions import SessionFilter, SessionRow
from sensor.store.queries.story import Story, Told, tell
from sensor.store.reading import Index, open_index

FOLLOW_SECONDS = 0.5
MOST = 200  # events in one list
PARTS = ("problems", "approval", "deleg", "change", "file", "gap", "drops", "prune", "open", "rotation", "clock",
         "ref", "accepted", "reasoning", "redacted", "truncated", "peer")
REASONING, NO_REASONING = "reasoning", "not provided by the agent"
EVENT_ID = re.compile(r"(?:([0-9]{1,6})-)?([0-9]{1,12})\Z")  # no entry has more digits, and the index holds no larger number
COLUMNS = ("ID", "TIME, UTC", "AGENT", "TOOL", "VERDICT", "ANSWER", "RULE", "WHAT")
WIDTHS = (7, 14, 11, 13, 10, 6, 10, 120)  # of the same columns while nobody knows yet what will come
CUT = "…"  # behind the beginning of a session's name
RESULT, OFFER = "↳ ", "offered "  # before the tool of what a call returned, and of one that an MCP server offers


@click.command()
@click.option("--agent", default="", help="Only this agent.")
@verdict_option
@click.option("--tool", default="", help="Only this kind of tool, such as shell or file_write.")
@click.option("--session", default="", shell_complete=session_ids, help="Only this session (its whole id).")
@click.option("--kind", type=click.Choice((FILES, *KINDS)), metavar="KIND", default=None,
              help="Only this kind of entry, such as call, approval, drop or heartbeat (shown only then); files: changes of watched files.")
@click.option("--search", "text", default="", help="Words that must occur.")
@click.option("--since", metavar="TIME", default="", help="Only events from this time on: 2026-03-02, 2026-03-02T09:00:00Z, or 90m, 24h, 7d ago.")
@click.option("--until", metavar="TIME", default="", help="Only events before this time.")
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, MOST), help="How many.")
@click.option("--follow", "-f", is_flag=True, help="Go on showing new events until Ctrl-C.")
@json_option
@click.pass_obj
def events(installation: Installation, limit: int, follow: bool, printer: Printer, since: str, until: str, **wanted: str | None) -> None:
    """List what agents did, newest first.

    \b
    Examples:
      handrail events --verdict notable
      handrail events --follow --agent claude-code
      handrail events --json --search push -n 100
      handrail events --kind files
      handrail events --verdict block --since 24h
      handrail events --since 2026-03-02T09:00:00Z --until 2026-03-02T10:00:00Z
    """
    if follow and until:
        raise UsageError("--until ends the list, and --follow goes on", next_step="Leave out one of the two.")
    now = datetime.datetime.now(datetime.timezone.utc)
    cursor = Cursor(limit=limit, since=parse_micros(since, now), until=parse_micros(until, now))
    chosen = EventFilter(**{name: value or "" for name, value in wanted.items()})
    with open_index(installation.paths.index) as index:
        page = event_queries.page(index, chosen, cursor)
    if follow:
        _follow(installation, chosen, cursor.since, tuple(reversed(page.events)), printer)
    elif not printer.result({"events": [_fields(event) for event in page.events], "older": page.older}):
        is_narrowed = chosen != EventFilter() or since or until
        none = f"No event is like that.{_tools_there_are(chosen.tool)}" if is_narrowed else "No events yet. Use an agent, or try: handrail demo"
        printer.table(COLUMNS, map(_event_cells, page.events), none)
        if page.older and limit < MOST:
            printer.line(f"There are older ones: add -n {min(5 * limit, MOST)}", "dim")


def _tools_there_are(asked: str) -> str:
    """A hint for who asked for a tool that is no kind of tool: most likely it is the name of one."""
    kinds = [kind.value for kind in ToolKind]
    return f" Kinds of tools are {', '.join(kinds)}; a tool by its name: handrail events --search {asked}" if asked and asked not in kinds else ""


def _follow(installation: Installation, wanted: EventFilter, since: int, first: tuple[EventRow, ...], printer: Printer) -> None:
    last = 0
    try:
        installation.ask("ping")
    except SensorAway as error:
        click.echo(f"The sensor does not answer, so nothing new comes; what it records appears here once it runs. {error.next_step}", err=True)
    layout = printer.layout(COLUMNS, WIDTHS)
    if not printer.as_json:
        printer.lines((layout.head,))
    for event in first:
        last = _print_event(event, printer, layout)
    try:
        while True:
            time.sleep(FOLLOW_SECONDS)
            with open_index(installation.paths.index) as index:
                for event in _newer(index, wanted, Cursor(after=last, since=since, limit=MOST)):
                    last = _print_event(event, printer, layout)
    except KeyboardInterrupt:
        return


def _newer(index: Index, wanted: EventFilter, cursor: Cursor) -> tuple[EventRow, ...]:
    return tuple(reversed(event_queries.page(index, wanted, cursor).events))


def _print_event(event: EventRow, printer: Printer, layout: Layout) -> int:
    if printer.as_json:
        click.echo(msgspec.json.encode(moments_told(_fields(event))).decode())
    else:
        printer.lines(layout.lines(tuple(map(visible, _event_cells(event)))))
    return event.id


@click.command()
@click.argument("event_id", metavar="ID")
@json_option
@click.pass_obj
def show(installation: Installation, event_id: str, printer: Printer) -> None:
    """Everything about one event: ID is the number of the entry, or LOG-NUMBER.

    \b
    Examples:
      handrail show 42
      handrail show --json 0-42
    """
    found = EVENT_ID.match(event_id)
    if not found:
        raise UsageError(f"{event_id!r} is not an event's id", next_step="See the first column of: handrail events")
    with open_index(installation.paths.index) as index:
        event = event_queries.find(index, int(found[1] or _newest_log(index)), int(found[2]))
        if event is None:
            raise UsageError(f"there is no event {event_id}", next_step="See: handrail events")
        near = event_queries.neighbours(index, event)
    line = _line_of(installation, event)
    entry = msgspec.json.decode(line.entry, type=dict[str, Any])
    reasoning = _reasoning(installation, near)
    if printer.result(
        {
            "entry": entry,
            "test_call": event.is_rehearsal,
            "signature": line.sig.hex(),
            "related": [_fields(other) for other in near],
            "reasoning": reasoning,
        }
    ):
        return
    printer.facts((*_facts(entry), *([("reasoning", reasoning or NO_REASONING)] if event.verdict and event.tool_use else [])))
    for other in near:
        printer.line(f"  related: {_id_of(other)}  {other.phase or other.kind}  {other.verdict}  {other.answer}", "dim")


def _line_of(installation: Installation, event: EventRow) -> Line:
    return read_entry(log_folder(installation.paths.log, event.log), segment_name(event.segment), event.start, event.size)


def _reasoning(installation: Installation, events: tuple[EventRow, ...]) -> str:
    """What the model thought and said, from the journal; "" when none of the entries is reasoning."""
    entries = (parse(_line_of(installation, event).entry) for event in events if event.kind == REASONING)
    return "\n\n".join(entry.summary.text for entry in entries if entry.summary is not None)


def _facts(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Everything of an entry that is not empty."""
    agent, summary = entry.get("agent", {}), entry.get("summary", {})
    pairs = [
        ("entry", f"{entry['seq']} of {entry['log']}"),
        ("time", entry["ts"]),
        ("kind", entry["kind"]),
        ("agent", f"{agent.get('name', '')} {agent.get('ver', '')} ({agent.get('event', '')})" if agent else ""),
        ("session", entry.get("session", "") + f" ({TEST_CALL})" * entry.get("session", "").startswith(REHEARSALS)),
        ("sub-agent", f"{entry.get('subagent', '')} {entry.get('subagent_type', '')}".strip()),
        ("tool", f"{entry.get('tool', '')} [{entry.get('tool_kind', '')}] {entry.get('phase', '')}" if entry.get("tool_kind") else ""),
        ("call", entry.get("tool_use_id", "")),
        ("folder", entry.get("cwd", "")),
        ("what", summary.get("text", "")),
        ("url", summary.get("url", "")),
        *(("path", path) for path in summary.get("paths", ())),
        ("verdict", entry.get("verdict", "")),
        ("answer", entry.get("answer", "")),
        ("would answer", entry["would_answer"] if entry.get("would_answer", "") != entry.get("answer", "") else ""),
        ("mode", f"{entry.get('mode', '')}, {entry.get('profile', '')} profile, {entry.get('path', '')}" if entry.get("mode") else ""),
        ("reason", entry.get("reason", "")),
        ("to the agent", entry.get("advice", "")),
        ("held as", entry.get("hold", "") + (f", {PAST}" if entry.get("hold") and entry.get("verdict") == "block" else "")),
        *(("effect", effect) for effect in entry.get("effects", ())),
        *(("finding", f"{rule['sev']} {rule['id']}: {rule.get('msg', '')}") for rule in entry.get("rules", ())),
        ("result", summary.get("result", "")),
        ("note", entry.get("note", "")),
        *((part, _told_part(entry[part])) for part in PARTS if part in entry),
        ("took", f"{entry['lat_us']} µs: " + ", ".join(f"{k} {v}" for k, v in entry.get("stage_us", {}).items()) if entry.get("lat_us") else ""),
        ("chain", f"follows {entry['prev']}"),
    ]
    return tuple((label, str(value)) for label, value in pairs if value)


def _told_part(part: object) -> str:
    """A part of an entry in words: what changed from what to what, else each of its fields by name."""
    if isinstance(part, dict) and "what" in part and "after" in part:
        before = f"{part['before']} -> " if part.get("before") else ""
        by = f", by {part['by']}" if part.get("by") else ""
        return f"{part['what']}: {before}{part['after'] or 'nothing'}{by}"
    if isinstance(part, dict):
        return ", ".join(f"{key.replace('_', ' ')} {_told_part(value)}" for key, value in part.items() if value not in ("", None))
    return " ".join(map(_told_part, part)) if isinstance(part, list) else str(part)


@click.command()
@click.argument("session", required=False, shell_complete=session_ids)
@click.option("--agent", default="", help="Only sessions of this agent.")
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="How many.")
@click.option("--reasoning", "reasoned", is_flag=True, help="With SESSION: also what the model thought and said before each call.")
@json_option
@click.pass_obj
def sessions(installation: Installation, session: str | None, agent: str, limit: int, reasoned: bool, printer: Printer) -> None:
    """List sessions; with SESSION (its id or the beginning of it) show its timeline.

    \b
    Examples:
      handrail sessions
      handrail sessions 3f2a91
      handrail sessions 3f2a91 --reasoning
    """
    with open_index(installation.paths.index) as index:
        page = session_queries.page(index, SessionFilter(agent=agent), limit=limit if session is None else 200)
        if session is None:
            used = _tokens(installation)
            rows = [{**_fields(row), "tokens": used.get((row.agent, row.session))} for row in page.sessions]
            if not printer.result({"sessions": rows, "older": page.older}):
                width = telling([row.session for row in page.sessions])
                tokens = ("TOKENS",) if any(row["tokens"] for row in rows) else ()  # most agents report none
                printer.table(
                    ("SESSION", "AGENT", "STARTED, UTC", "CALLS", "FLAG", "HELD", "BLOCK", *tokens, "FOLDER"),
                    (_session_cells(row, width, [used.get((row.agent, row.session))] * len(tokens)) for row in page.sessions),
                    "No sessions yet. Use an agent, or try: handrail demo",
                )
            return
        fitting = [row for row in page.sessions if row.session.startswith(session.removesuffix(CUT))]
        if len(fitting) != 1:
            raise UsageError(f"{'no' if not fitting else 'more than one'} session begins with {session!r}", next_step="See: handrail sessions")
        story = tell(index, fitting[0])
    lines = tuple(line for line in story.lines if reasoned or line.step.event.kind != REASONING)
    _print_story(installation, fitting[0], structs.replace(story, lines=lines), printer)


def telling(names: list[str]) -> int:
    """How many characters of `names`, at least 12, tell them apart: each beginning can be given to `handrail sessions`."""
    whole = set(names)
    longest = max(map(len, whole), default=0)
    return next((width for width in range(12, longest) if len({name[:width] for name in whole}) == len(whole)), longest)


def _print_story(installation: Installation, chosen: SessionRow, story: Story, printer: Printer) -> None:
    steps = (
        [
            {
                **msgspec.to_builtins(line.step),
                "event": _fields(line.step.event),
                "session": line.session,
                "depth": line.depth,
                **_said(installation, line),
            }
            for line in story.lines
        ]
        if printer.as_json
        else []
    )
    if printer.result({"session": _fields(chosen), "sessions": [_fields(row) for row, _ in story.sessions], "steps": steps}):
        return
    printer.line(f"{chosen.agent} session {chosen.session} in {chosen.cwd}" + f" ({TEST_CALL}s)" * chosen.is_rehearsal, "bold")
    for row, depth in story.sessions[1:]:
        printer.line(f"{'  ' * depth}sub-agent session {row.session}: {counted(row.calls, 'call')}, worst verdict {row.worst}", "dim")
    cells = [(*_told_cells(line)[:-1], _said(installation, line).get(REASONING, line.step.event.summary[:160])) for line in story.lines]
    printer.table(("ID", "TIME, UTC", "GAP", "TOOL", "VERDICT", "ANSWER", "WHAT"), cells, "Nothing happened in it.")


def _said(installation: Installation, line: Told) -> dict[str, str]:
    """The whole text of a step that is reasoning."""
    event = line.step.event
    return {REASONING: _reasoning(installation, (event,))} if event.kind == REASONING else {}


def _newest_log(index: Index) -> int:
    newest = event_queries.page(index, EventFilter(), Cursor(limit=1)).events
    return newest[0].log if newest else 0


def _event_cells(event: EventRow) -> tuple[str, ...]:
    return (
        _id_of(event),
        clock(event.ts),
        event.agent,
        _tool_of(event),
        event.verdict,
        event.answer,
        event.rule,
        _summary(event) + (f"  {event.reason}" if event.reason and not event.verdict else ""),
    )


def _tool_of(event: EventRow) -> str:
    return RESULT * (event.phase == "after") + OFFER * event.is_offer + (event.tool or kind_in_words(event.kind))


def _session_cells(row: SessionRow, width: int, tokens: list[int | None]) -> tuple[str, ...]:
    name = row.session if len(row.session) <= width + 1 else row.session[:width] + CUT
    return (name, row.agent, clock(row.started)[:11], str(row.calls), str(row.flags), str(row.quarantines), str(row.blocks),
            *(f"{number:,}" if number else "" for number in tokens), f"{TEST_CALL}s: " * row.is_rehearsal + row.cwd)


def _tokens(installation: Installation) -> dict[tuple[str, str], int]:
    """Tokens by agent and session, as far as the running sensor knows them."""
    try:
        return {(row["agent"], row["session"]): row["tokens"] for row in installation.ask("usage.list")["sessions"]}
    except SensorAway:
        return {}


def _told_cells(line: Told) -> tuple[str, ...]:
    event, step = line.step.event, line.step
    gap = "" if step.gap_us < 0 else f"+{step.gap_us / 1e6:.1f} s"
    if not line.session:
        return (_id_of(event), clock(event.ts), "", f"-- {kind_in_words(event.kind)}", event.verdict, event.answer, _summary(event) or event.reason)
    return (_id_of(event), clock(event.ts), gap, "  " * line.depth + _tool_of(event), event.verdict, event.answer, event.summary[:160])


def _fields(row: EventRow | SessionRow) -> dict[str, Any]:
    """A row for programs. What Handrail itself played is marked."""
    return {**msgspec.to_builtins(row), "test_call": row.is_rehearsal}


def _summary(event: EventRow) -> str:
    """What happened, on one line."""
    return f"{TEST_CALL}: " * event.is_rehearsal + event.told[:160]


def _id_of(event: EventRow) -> str:
    return f"{event.log}-{event.seq}"
