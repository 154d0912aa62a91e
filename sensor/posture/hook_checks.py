"""Area HOOK: are the agents' hooks there, complete and ours, and is somebody at the other end."""

from __future__ import annotations

from collections.abc import Iterator

from hooks.settings.formats import FORMATS, ON_FAILURE_SINCE, Registration, Scope
from sensor import __version__
from sensor.host.checks.repairs import Hooks
from sensor.host.machine.file_facts import WRITERS
from sensor.host.services.background import BackgroundService
from sensor.model.findings import Severity
from sensor.model.verdicts import Mode
from sensor.posture.check import Check, Result, failed, passed, quoted, rights, unknown, unreadable, verdict
from sensor.posture.context import ConnectedAgent, Context, Form
from sensor.posture.hook_entries import HookEntry, entries_of

LEAST_S, MOST_S = 5, 120
ALL = (None, "", "*", ".*")
QUIET_S = 600.0
SPOOL_S = 3600.0
# What fails closed when a hook fails: the version of the agent that knows it, and the word in the entry.
FAIL_CLOSED = {"claude-code": (ON_FAILURE_SINCE, "onFailure", "block"), "cursor": ((1, 7), "failClosed", True)}


def present(context: Context) -> Iterator[ConnectedAgent]:
    """The agents that this user has, or once connected."""
    return (one for one in context.agents if one.is_there or one.is_recorded)


def meant(agent: ConnectedAgent) -> tuple[HookEntry, ...]:
    """The entries in the user's settings that run a client of our name."""
    return tuple(entry for entry in entries_of(agent.hooks) if entry.is_meant_as_ours)


def reinstall(agent: ConnectedAgent) -> str:
    return f"handrail hooks install {agent.name}"


def ours_to_repair(agent: ConnectedAgent, problem: str) -> Result:
    """Our own entries are not as they should be, "" = they are: `--fix` writes them again."""
    document = agent.hooks.document
    if not problem:
        return passed(agent.name, path=document.path)
    repair = Hooks(agent=agent.name)
    return failed(agent.name, problem, document.path, document.line("hooks"), command=reinstall(agent), repair=repair)


def hook_absent(context: Context) -> Iterator[Result]:
    for agent in present(context):
        if agent.hooks.document.problem:
            yield from unreadable(agent.name, agent.hooks.document)
        elif meant(agent):
            yield passed(agent.name, path=agent.hooks.document.path)
        else:
            yield failed(agent.name, "nothing is registered", agent.hooks.document.path, command=reinstall(agent))


def hook_of_another(context: Context) -> Iterator[Result]:
    for agent in present(context):
        wrong = {entry.words[0] for entry in meant(agent) if entry.words[0] != str(context.client) or entry.words[1:] != ("--agent", agent.name)}
        if wrong:
            yield failed(agent.name, f"{len(wrong)} commands are not the one that this version registers: {min(wrong)}", agent.hooks.document.path,
                         agent.hooks.document.line("hooks"), command=reinstall(agent), repair=Hooks(agent=agent.name))
        elif meant(agent):
            yield passed(agent.name)


def client_unusable(context: Context) -> Iterator[Result]:
    for agent in present(context):
        for program in sorted({entry.words[0] for entry in meant(agent)}):
            problem = _problem_of(program, context)
            yield verdict(problem, agent.name, agent.hooks.document.path, agent.hooks.document.line("hooks"))


def _problem_of(program: str, context: Context) -> str:
    """Why a registered program cannot be relied on, "" where it can."""
    if not program.startswith("/"):
        return f"{program} is relative or searched on PATH: another program of that name would take its place"
    fact = context.fact(program)
    if fact.problem:
        return f"{program} {fact.problem}"
    if not fact.exists:
        return f"{program} is missing"
    return "" if fact.is_executable else f"{program} cannot be executed"


def event_missing(context: Context) -> Iterator[Result]:
    for agent in present(context):
        entries = meant(agent)
        if not entries:
            continue
        wanted = FORMATS[agent.name].entries(Registration(command="", version=agent.found.version))
        deciding = [event for event in FORMATS[agent.name].deciding if event in wanted]
        missing = [event for event in deciding if event not in {entry.event for entry in entries}]
        narrow = [entry.event for entry in entries if entry.event in deciding and entry.group.get("matcher") not in ALL]
        said = [f"not registered: {', '.join(missing)}"] if missing else []
        said += [f"a matcher narrows {', '.join(narrow)}"] if narrow else []
        yield ours_to_repair(agent, "; ".join(said))


def fails_open(context: Context) -> Iterator[Result]:
    for agent in present(context):
        if context.own.settings is None or context.own.settings.mode_of(agent.name) is not Mode.ENFORCE:
            continue
        wanted = FORMATS[agent.name].entries(Registration(command="", version=agent.found.version))
        _, key, value = FAIL_CLOSED[agent.name]
        closing = {event for event, entry in wanted.items() if key in (entry["hooks"][0] if FORMATS[agent.name].grouped else entry)}
        open_events = [entry.event for entry in meant(agent) if entry.event in closing and entry.handler.get(key) != value]
        if any(entry.event in closing for entry in meant(agent)):
            yield ours_to_repair(agent, f"without {key}: {', '.join(open_events)}" if open_events else "")


def odd_timeout(context: Context) -> Iterator[Result]:
    for agent in present(context):
        deciding = FORMATS[agent.name].deciding
        odd = [entry.event for entry in meant(agent) if entry.event in deciding and not _is_fit(entry.handler.get("timeout"))]
        if meant(agent):
            yield ours_to_repair(agent, f"no timeout between {LEAST_S} and {MOST_S} s: {', '.join(odd)}" if odd else "")


def _is_fit(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and LEAST_S <= value <= MOST_S


def hooks_switched_off(context: Context) -> Iterator[Result]:
    for source in context.of(Form.CLAUDE):
        document = source.document
        yield from unreadable(context.shown(document.path), document)
        only_managed = source.scope is Scope.MANAGED and document.value("allowManagedHooksOnly") is True
        if document.value("disableAllHooks") is True:
            yield failed(context.shown(document.path), "disableAllHooks is set: no hook runs at all", document.path, document.line("disableAllHooks"))
        elif only_managed and not any(entry.is_meant_as_ours for entry in entries_of(source)):
            yield failed(context.shown(document.path), "only hooks of the machine's settings run, and ours are not among them", document.path,
                         document.line("allowManagedHooksOnly"), command="sudo handrail hooks install claude-code --scope managed")
        elif document.data is not None:
            yield passed(context.shown(document.path))


def sensor_away(context: Context) -> Iterator[Result]:
    yield verdict(context.sensor.why_not, "sensor", str(context.paths.socket))


def open_socket(context: Context) -> Iterator[Result]:
    paths = context.paths
    for path in (paths.socket, paths.run, paths.bin, context.client, paths.bin / "handrail-mcp"):
        fact = context.fact(path)
        if fact.exists or fact.problem:
            yield rights(fact, WRITERS, context)


def no_service(context: Context) -> Iterator[Result]:
    status = context.own.service
    if status is None:
        yield failed("service", "Handrail is not installed for this user", command="./install.sh")
    elif status.kind == BackgroundService.kind and context.own.manifest is not None and not context.own.manifest.service:
        yield failed("service", "it was installed without a service: only the next call of an agent starts it again")
    else:
        yield verdict("" if status.installed else f"{status.kind}: not registered", f"service ({status.kind})")


def canary_passed(context: Context) -> Iterator[Result]:
    for canary in context.canaries:
        yield passed(canary.agent, canary.said) if canary.is_denied else failed(canary.agent, canary.said, command="handrail doctor --live")


def silent_agent(context: Context) -> Iterator[Result]:
    if context.sensor.why_not:
        return
    for process in context.running:
        if process.agent in FORMATS and process.age_s > QUIET_S:
            heard = process.agent in context.sensor.heard
            silence = f"process {process.pid} has run for {process.age_s / 60:.0f} minutes, and nothing was heard of it"
            yield passed(process.agent) if heard else failed(process.agent, silence)


def other_version(context: Context) -> Iterator[Result]:
    manifest = context.own.manifest
    if manifest is None:
        return
    wrong = [f"{manifest.version} was installed"] if manifest.version != __version__ else []
    wrong += [f"{context.sensor.version} runs"] if context.sensor.version not in ("", __version__) else []
    yield verdict(f"this is {__version__}, but {' and '.join(wrong)}" if wrong else "", "versions")


def waiting_spool(context: Context) -> Iterator[Result]:
    if context.is_installed:
        waits = context.now - context.own.spooled if context.own.spooled else 0.0
        yield verdict(f"events wait since {waits / 3600:.0f} hours" if waits > SPOOL_S else "", "spool", str(context.paths.spool))


def only_user_settings(context: Context) -> Iterator[Result]:
    for agent in present(context):
        managed = agent.managed
        if managed is None:
            continue
        if managed.document.problem:
            yield from unreadable(agent.name, managed.document)
            continue
        ours = any(entry.is_meant_as_ours for entry in entries_of(managed))
        yield verdict("" if ours else "the settings of the machine hold none of ours", agent.name, managed.document.path)


def writable_managed(context: Context) -> Iterator[Result]:
    for source in context.sources:
        if source.scope is Scope.MANAGED and source.fact.exists:
            path = source.document.path
            command = f"sudo chown root {quoted(path)} && sudo chmod 644 {quoted(path)}"
            is_open = source.fact.uid != 0 or source.fact.mode & WRITERS
            yield failed(source.agent, "others than root can change it", path, command=command) if is_open else passed(source.agent)


def old_agent(context: Context) -> Iterator[Result]:
    for agent in present(context):
        since, key, _ = FAIL_CLOSED[agent.name]
        if not agent.found.program:
            continue
        if not agent.found.version:
            yield unknown(agent.name, "its version is not known")
        else:
            wanted = ".".join(map(str, since))
            too_old = f"version {agent.found.version_text} does not know {key}, which came with {wanted}"
            yield verdict("" if agent.found.version >= since else too_old, agent.name)


C, H, M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
AGAIN = "handrail hooks install"
HOOK: tuple[Check, ...] = (
    Check("HOOK-01", C, "an agent has no hook of Handrail", "Nothing that this agent does is judged or recorded.",
          "Connect the agent.", hook_absent, AGAIN, ("ASI02",)),
    Check("HOOK-02", H, "hook entry of another version or client", "Calls go to a program that this installation does not keep up to date.",
          "Install the hooks again.", hook_of_another, AGAIN),
    Check("HOOK-03", C, "the registered hook command cannot be relied on",
          "A command that is missing or searched for lets calls through, or runs another program.",
          "Install the hooks again.", client_unusable, AGAIN, ("CWE-426",)),
    Check("HOOK-04", H, "an event that can stop calls is not fully registered", "Calls of that kind are not judged before they run.",
          "Install the hooks again.", event_missing, AGAIN),
    Check("HOOK-05", H, "the agent goes on when the hook fails", "In mode enforce a call must not run because its judge broke.",
          "Install the hooks again in mode enforce.", fails_open, AGAIN, ("ASI02", "CWE-636")),
    Check("HOOK-06", M, "unfit timeout of a hook entry", "Too short, and calls pass unjudged; too long, and the agent hangs.",
          "Install the hooks again.", odd_timeout, AGAIN),
    Check("HOOK-07", C, "hooks are switched off", "One setting takes every hook out at once, also ours.",
          "Remove the switch, or install the hooks into the machine's settings.", hooks_switched_off, "remove the setting from the file"),
    Check("HOOK-08", C, "the sensor does not answer", "Hooks then decide with a small list of patterns alone.",
          "Start the service.", sensor_away, "handrail service restart"),
    Check("HOOK-09", H, "socket or hook client open to others", "Who can replace them decides what agents may do.",
          "Take the rights of others away.", open_socket, references=("CWE-732",)),
    Check("HOOK-10", H, "no service keeps the sensor running", "After the next login nobody judges until a call starts it.",
          "Register the service.", no_service, "handrail service install"),
    Check("HOOK-11", C, "a must-deny call was not denied", "The hook is there and protects nothing.",
          "Look at what doctor says.", canary_passed, "handrail doctor --live", live=True),
    Check("HOOK-12", H, "an agent runs and nothing is heard of it", "Its hooks do not fire: another settings folder, a container, no trust given.",
          "Start a new session, then test it.", silent_agent, "handrail doctor --live", live=True),
    Check("HOOK-14", M, "versions of the installation differ", "Client and sensor must read frames alike.",
          "Install again; settings, keys and log stay.", other_version, "./install.sh"),
    Check("HOOK-16", M, "events wait for the log", "What the client decided alone is not in the log yet.",
          "Restart the service, which reads them.", waiting_spool, "handrail service restart"),
    Check("HOOK-19", M, "hooks only in files that the user can edit", "What runs as the user can take them out again.",
          "Install them into the machine's settings, as root.", only_user_settings, "sudo handrail hooks install --scope managed"),
    Check("HOOK-20", H, "the machine's settings can be changed by users", "They are there to bind the user.",
          "Give them to root, mode 0644.", writable_managed, references=("CWE-732",)),
    Check("HOOK-22", M, "the agent is too old to fail closed", "Older versions run the call when a hook fails.",
          "Update the agent.", old_agent, "update the agent with its own updater"),
)
