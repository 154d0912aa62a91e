"""From what a request carries to who is calling: a signature, a delegation, a task key, each with a fresh proof.

A hook client cannot sign; it is bound to its process by the kernel's word. Whatever a request claims and cannot prove
becomes a problem that the access stage turns into a refusal, so that it is recorded like any other call.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from nacl import bindings, exceptions

from sensor.access.delegation import DelegationInvalid, proof_message
from sensor.access.delegations import MAX_NONCES, PROOF_SECONDS, Delegations
from sensor.access.keyring import Keyring
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
    """Built once by `sensor.daemon`. `now` gives Unix seconds."""

    def __init__(self, *, delegations: Delegations, tasks: TaskKeys, agents: Keyring, required: Callable[[str], bool], now: Callable[[], float], uid: int) -> None:
        self._delegations = delegations
        self._tasks = tasks
        self._agents = agents
        self._required = required
        self._now = now
        self._started = now()
        self._uid = uid
        self._nonces: OrderedDict[str, float] = OrderedDict()

    def identify(self, agent: str, payload: bytes, given: Credentials, surface: str) -> Caller:
        """The caller of a request that came with the token of this installation."""
        problem = self._signature_problem(agent, payload, given.signature)
        delegation = task_key = ""
        try:
            if given.delegation:
                delegation = self._delegations.present(given.delegation, payload, given.proof, surface)
            elif given.task:
                task_key = self._task(given, payload)
        except DelegationInvalid as refused:
            problem = problem or refused.message
        return Caller(uid=self._uid, proof="signed" if given.signature and not problem else "claimed", delegation=delegation, delegation_problem=problem,
                      task_key=task_key)

    def _signature_problem(self, agent: str, payload: bytes, signature: str) -> str:
        if not signature:
            return f"{agent} must sign its requests (X-Handrail-Signature)" if self._required(agent) else ""
        try:
            key = self._agents.public(agent).public
        except UsageError as error:
            return error.message
        return self._proof_problem(key, f"agent {agent}", payload, signature)

    def _task(self, given: Credentials, payload: bytes) -> str:
        key = self._tasks.find(given.task)
        if key is None or key.holder == "session":
            raise DelegationInvalid("holder", "the task key has ended or is not one that a request may use")
        problem = self._proof_problem(key.holder, f"task {key.id}", payload, given.proof)
        if problem:
            raise DelegationInvalid("holder", problem)
        return key.id

    def _proof_problem(self, key: str, about: str, payload: bytes, proof: str) -> str:
        nonce, _, signature = proof.partition(":")
        stamp = nonce.partition("-")[0]
        made, now = float(stamp) if stamp.isdigit() else 0.0, self._now()
        if len(nonce) > 100 or abs(now - made) > PROOF_SECONDS or made < int(self._started):
            return "the proof is too old or was made before Handrail started"
        try:
            bindings.crypto_sign_open(bytes.fromhex(signature) + proof_message(about, payload, nonce), bytes.fromhex(key))
        except (exceptions.BadSignatureError, exceptions.CryptoError, ValueError, TypeError):
            return "the signature does not fit this request"
        while self._nonces and now - self._nonces[next(iter(self._nonces))] > 2 * PROOF_SECONDS:
            self._nonces.popitem(last=False)
        name = f"{key}:{nonce}"
        if name in self._nonces or len(self._nonces) >= MAX_NONCES:
            return "this proof was used before"
        self._nonces[name] = now
        return ""
