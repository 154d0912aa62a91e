"""Drafts of entries: what the sensor hands to `Journal.append`.

`CallDrafter.draft` makes the entry of a judged call; the functions below it make the entries of everything else. Texts
are redacted and cut here, before the canonical form; the originals are committed to with a salt that is not kept.
Enum members are read by `_value_`: on the hot path the `value` property costs ten times as much.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sensor.audit.drafts.summary import MAX_ID, MAX_LIST, MAX_SHORT, Cutting, Redact, describe, effect_lines
from sensor.audit.form.canonical import NotCanonical, encode_original
from sensor.audit.form.entry import KINDS, AuditEntry, EntryDraft, blank
from sensor.audit.form.parts import (
    AgentFacts,
    ApprovalFacts,
    Change,
    Commits,
    Delegation,
    Drops,
    Lost,
    PeerFacts,
    Reasoning,
    RedactedFacts,
    Reference,
    RuleHit,
    Summary,
    Truncated,
)
from sensor.model.calls import Caller, InputProblem, Phase, ToolCall, ToolKind, Value
from sensor.model.findings import Finding
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Verdict

COMMIT_TAG = b"handrail-commit-v1"
MAX_RULES = 32
_UNREADABLE = {InputProblem.NOT_JSON, InputProblem.NOT_OBJECT, InputProblem.TOO_DEEP, InputProblem.BAD_ENCODING}


class CallFacts(Value, frozen=True):
    """What the sensor knows besides the judgement.

    `path`: "live", "degraded" (reduced means) or "spool" (decided by the hook client, ingested later; then the client's
    own times and the spool file's uuid are given). `lat_us`: receipt to decision.
    """

    path: str = "live"
    lat_us: int = 0
    policy_sha256: str = ""
    ruleset_sha256: str = ""
    pid_start: int = 0
    exe_sha256: str = ""
    drops_queue: int = 0
    drops_spool: int = 0
    client_ts: str = ""
    client_mono_us: int = 0
    spool_id: str = ""
    note: str = ""


class CallDrafter:
    """Makes the entry of a judged call. `random(n)` gives n random bytes for the salts of commitments."""

    def __init__(self, redact: Redact, random: Callable[[int], bytes]) -> None:
        self._redact, self._random = redact, random

    def draft(self, judged: JudgedCall, facts: CallFacts) -> EntryDraft:
        """The draft of `judged`. Decision class as `audit-log` 8.3: anything but a live, allowed, harmless call."""
        call, judgement = judged.call, judged.judgement
        kind = _kind(call, facts)
        cutting = Cutting(self._redact)
        asked = describe(call)
        text, result = cutting.long(asked.text), cutting.long(call.result)
        lines = effect_lines(judgement.effects)[:MAX_LIST]
        paths = asked.paths[:MAX_LIST]
        cwd, transcript, server, tool, *words = cutting.short([
            call.cwd, call.transcript, asked.server, asked.tool, asked.url, asked.note, judgement.reason, judgement.advice, facts.note, *paths, *lines,
        ], places=2)
        url, note, reason, advice, remark = words[:5]
        cutting.cut += len(asked.paths) - len(paths)
        version, event, session, parent, subagent, subagent_type, turn, permission, name, use = cutting.names((
            call.agent_version, call.event, call.session, call.parent_session, call.subagent, call.subagent_type, call.turn, call.permission_mode,
            call.tool, call.tool_use_id,
        ))
        summary = Summary(action=asked.action, text=text, paths=tuple(words[5:5 + len(paths)]), url=url, server=server,
                          tool=tool, note=note, result=result)
        entry = AuditEntry(
            v=1, log="", seq=-1, epoch=-1, prev="", boot_id="", mono_us=0, ts="", kind=kind,
            mode=judgement.mode._value_, path=facts.path,
            agent=AgentFacts(name=call.agent, ver=version, surface=call.surface._value_, event=event),
            session=session, parent_session=parent, subagent=subagent, subagent_type=subagent_type, turn=turn, cwd=cwd, roots=call.roots[:8],
            permission_mode=permission, transcript=transcript,
            tool=name, tool_kind=call.kind._value_, tool_use_id=use, phase=call.phase._value_,
            verdict=judgement.verdict.word, answer=judgement.answer._value_, would_answer=judgement.would_answer._value_,
            profile=judgement.profile._value_, reason=reason, advice=advice, hold=judgement.hold,
            reasons=_reasons(judgement.findings) if judgement.findings else (),
            rules=tuple(_hit(finding, cutting) for finding in judgement.findings[:MAX_RULES]) if judgement.findings else (),
            summary=summary, effects=tuple(words[5 + len(paths):]),
            problems=tuple(problem._value_ for problem in call.problems) if call.problems else (), payload_bytes=call.payload_bytes,
            policy_sha256=facts.policy_sha256, ruleset_sha256=facts.ruleset_sha256, commits=self._commits(call),
            redacted=RedactedFacts(count=cutting.secrets, kinds=tuple(cutting.kinds)) if cutting.secrets else None,
            truncated=Truncated(bytes=cutting.cut) if cutting.cut else None,
            lossy=InputProblem.LOSSY in call.problems, approval=_approval(judgement),
            deleg=_delegation(judgement), peer=_peer(judged.caller, facts), proof=judged.caller.proof, lat_us=facts.lat_us,
            stage_us={stage._value_: used for stage, used in judgement.stage_us},
            drops=Drops(queue=facts.drops_queue, spool=facts.drops_spool) if facts.drops_queue or facts.drops_spool else None,
            client_ts=facts.client_ts, client_mono_us=facts.client_mono_us, spool_id=facts.spool_id, note=remark,
        )
        return EntryDraft(entry=entry, decision=_decides(kind, judgement, facts))

    def _commits(self, call: ToolCall) -> Commits:
        """Commitments with fresh salts that nobody keeps: they bind, and nothing can be guessed from them."""
        output = commitment(self._random(32), call.result) if call.result else ""
        try:
            return Commits(input=commitment(self._random(32), call.arguments), output=output)
        except NotCanonical:
            return Commits(output=output)


def commitment(salt: bytes, original: object) -> str:
    """Salted commitment to a value as the agent sent it. Raises NotCanonical when the value cannot be written."""
    return hashlib.sha256(COMMIT_TAG + salt + encode_original(original)).hexdigest()


def _kind(call: ToolCall, facts: CallFacts) -> str:
    if facts.path == "spool":
        return "spool_ingest"
    if not _UNREADABLE.isdisjoint(call.problems):
        return "malformed"
    return "session" if call.kind is ToolKind.SESSION and call.phase is Phase.LIFECYCLE else "call"


def _decides(kind: str, judgement: Judgement, facts: CallFacts) -> bool:
    return (judgement.verdict >= Verdict.QUARANTINE or judgement.answer is not Answer.ALLOW or facts.path != "live"
            or KINDS[kind])


def _reasons(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    named = (f"{finding.stage._value_}:{finding.category or finding.rule}" for finding in findings)
    return tuple(dict.fromkeys(named))[:MAX_RULES]


def _hit(finding: Finding, cutting: Cutting) -> RuleHit:
    return RuleHit(
        id=finding.rule, sev=finding.severity.name.lower(), msg=cutting.name(cutting.without_taken(finding.message), MAX_SHORT),
        remedy=cutting.name(cutting.without_taken(finding.remedy), MAX_SHORT),
        category=finding.category, stage=finding.stage._value_, status=finding.status._value_,
        field=finding.field._value_ if finding.field is not None else "", form=finding.form, start=finding.span.start,
        end=finding.span.end,
    )


def _approval(judgement: Judgement) -> ApprovalFacts | None:
    used = judgement.approval
    return ApprovalFacts(id=used.id, by=used.by, consent_sha256=used.consent) if used is not None else None


def _delegation(judgement: Judgement) -> Delegation | None:
    use = judgement.delegation
    return Delegation(root=use.root, chain_sha256=use.chain, depth_left=use.depth_left) if use is not None else None


def _peer(caller: Caller, facts: CallFacts) -> PeerFacts:
    return PeerFacts(uid=caller.uid, pid=caller.pid, pid_start=facts.pid_start, exe_sha256=facts.exe_sha256)


def draft(kind: str, **fields: object) -> EntryDraft:
    """A housekeeping entry of `kind`; commit class by its kind. Texts must be free of secrets."""
    return EntryDraft(entry=blank(kind, **fields), decision=KINDS[kind])


def draft_heartbeat(note: str = "") -> EntryDraft:
    """The sensor is alive; due every five minutes. The checkpoint behind it publishes an idle log."""
    return draft("heartbeat", note=note)


def draft_approval(decision: ApprovalFacts, about: Reference, by: Caller | None = None) -> EntryDraft:
    """A person approved, rejected, or used up an approval, or it expired (`decision.action`).

    `about` is the held call, `by` the process that brought the answer.
    """
    return draft("approval", approval=decision, ref=about, note=decision.action, peer=PeerFacts(uid=by.uid, pid=by.pid) if by is not None else None)


def draft_change(kind: str, change: Change) -> EntryDraft:
    """A setting or mode ("config_change") or a hook entry ("hook_change") changed."""
    if kind not in ("config_change", "hook_change"):
        raise ValueError(f"{kind} is not a kind of change")
    return draft(kind, change=change)


def draft_drop(drops: Drops, note: str = "") -> EntryDraft:
    """Events were lost before they became entries."""
    return draft("drop", drops=drops, note=note)


def draft_reasoning(call: ToolCall, text: str, source: str, world: tuple[Redact, Callable[[int], bytes]]) -> EntryDraft:
    """The agent's own explanation of `call`, redacted, with a commitment to the original. `world` redacts and gives salts.

    Optional evidence: whoever runs as the same user could have written it.
    """
    redact, random = world
    cutting, text = Cutting(redact), text.encode("utf-8", "replace").decode("utf-8")
    clean = cutting.long(text)
    facts = Reasoning(source=source, status="given", bytes=len(text.encode("utf-8")), commit=commitment(random(32), text))
    return draft(
        "reasoning", reasoning=facts, ref=Reference(tool_use_id=cutting.name(call.tool_use_id)),
        agent=AgentFacts(name=call.agent, ver=cutting.name(call.agent_version)),
        session=cutting.name(call.session), parent_session=cutting.name(call.parent_session), subagent=cutting.name(call.subagent),
        subagent_type=cutting.name(call.subagent_type), tool_use_id=cutting.name(call.tool_use_id), summary=Summary(action="reasoning", text=clean),
        redacted=RedactedFacts(count=cutting.secrets, kinds=tuple(cutting.kinds)) if cutting.secrets else None,
        truncated=Truncated(bytes=cutting.cut) if cutting.cut else None,
    )


def draft_assessment(agent: str, session: str, call: str, note: str) -> EntryDraft:
    """What the local model said of `call` (its id) in a session, in a sentence without secrets."""
    return draft("assessment", agent=AgentFacts(name=agent[:MAX_ID]), session=session[:MAX_ID], tool_use_id=call[:MAX_ID], note=note)


def draft_acceptance(losses: tuple[Lost, ...], note: str, by: Caller) -> EntryDraft:
    """A person accepts that entries of these logs are gone; `note` says who and why."""
    return draft("log_accept", accepted=losses, note=note, peer=PeerFacts(uid=by.uid, pid=by.pid))


def draft_note(kind: str, note: str) -> EntryDraft:
    """An entry that is one sentence: "export", "verify_result", "task_keys_lost", "witness_rollback", "posture"."""
    return draft(kind, note=note)
