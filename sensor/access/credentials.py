"""From what a request carries to who is calling: a signature, a delegation, a task key, each with a fresh proof.

A hook client cannot sign; it is bound to its process by the kernel's word. Whatever a request claims and cannot prove
becomes a problem that the access stage turns into a refusal, so that it is recorded like any other call.
"""

from __future__ import annotations

from collections.abc import Callable

from sensor.access.delegation import DelegationInvalid
from sensor.access.delegations import Delegations
from sensor.access.keyring import Keyring
from sensor.access.proofs import Proofs
from sensor.access.tasks import TaskKeys
from sensor.model.calls import Caller, Value
from sensor.model.errors import UsageError


class Credentials(Value):
    """Headers of a request. A proof is "NONCE:SIGNATURE"; the nonce begins with the Unix time and a dash."""

    delegation: str = ""
    task: str = ""
    proof: str = ""
    signature: str = ""


class CallerDesk:
    """Built once by `sensor.composition`. `now` gives Unix seconds."""

    def __init__(self, *, delegations: Delegations, tasks: TaskKeys, agents: Keyring, required: Callable[[str], bool],
                 now: Callable[[], float], uid: int) -> None:
        self._delegations = delegations
        self._tasks = tasks
        self._agents = agents
        self._required = required
        self._uid = uid
        self._proofs = Proofs(now)

    def identify(self, agent: str, payload: bytes, given: Credentials, surface: str) -> Caller:
        """The caller of a request that came with the token of this installation."""
        problem = self._signature_problem(agent, payload, given.signature)
        delegation = task_key = ""
        try:
            if given.delegation:
                delegation = self._delegation(given, payload, surface)
            elif given.task:
                task_key = self._task(given, payload)
        except DelegationInvalid as refused:
            problem = problem or refused.message
        return Caller(uid=self._uid, proof="signed" if given.signature and not problem else "claimed", delegation=delegation, delegation_problem=problem,
                      task_key=task_key)

    def _delegation(self, given: Credentials, payload: bytes, surface: str) -> str:
        grant = self._delegations.grant(given.delegation, surface)
        problem = self._proofs.problem(grant.holder, grant.digest, payload, given.proof)
        if problem:
            raise DelegationInvalid("holder", problem)
        return given.delegation.strip()

    def _signature_problem(self, agent: str, payload: bytes, signature: str) -> str:
        if not signature:
            return f"{agent} must sign its requests (X-Handrail-Signature)" if self._required(agent) else ""
        try:
            key = self._agents.public(agent).public
        except UsageError as error:
            return error.message
        return self._proofs.problem(key, f"agent {agent}", payload, signature)

    def _task(self, given: Credentials, payload: bytes) -> str:
        key = self._tasks.find(given.task)
        if key is None or key.holder == "session":
            raise DelegationInvalid("holder", "the task key has ended or is not one that a request may use")
        problem = self._proofs.problem(key.holder, f"task {key.id}", payload, given.proof)
        if problem:
            raise DelegationInvalid("holder", problem)
        return key.id
