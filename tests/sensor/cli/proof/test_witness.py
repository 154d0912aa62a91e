"""Two installations cosign each other over loopback; a rollback of one is convicted by the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from sensor.audit.drafts.drafts import draft_heartbeat
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.paths import locate, make_private
from tests.sensor.cli.conftest import Terminal


class Machine(Terminal):
    """An installation with a log, and its witness as a process of its own."""

    def __init__(self, folder) -> None:
        super().__init__(folder / "p")
        self.paths = locate(folder, folder / "p")
        self.process = None
        self.write(3)

    def write(self, count):
        make_private(self.paths.state)
        journal = open_log(LogSettings(root=self.paths.log, keys=self.paths.keys, reserve_bytes=0)).journal
        for number in range(count):
            journal.append(draft_heartbeat(f"n{number}"))
        journal.close()

    def start(self, policy):
        words = [sys.executable, "-m", "sensor.cli.main", "--prefix", str(self.prefix), "witness", "run", "--policy", str(policy), "--port", "0"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        return line.split()[4]

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process.stdout.close()


@pytest.fixture
def pair(tmp_path):
    """Two machines whose witnesses run, and the policy of each."""
    machines = []
    for name in ("alice", "bob"):
        (tmp_path / name).mkdir()
        machines.append(Machine(tmp_path / name))
    keys = [machine.json("witness", "key") for machine in machines]
    policies = []
    for number, machine in enumerate(machines):
        known = tmp_path / f"known-{number}.txt"
        known.write_text(f"log {keys[1 - number]['log']}\nquorum none\n")
        url = machine.start(known)
        policy = tmp_path / f"policy-{1 - number}.txt"
        policy.write_text(f"log {keys[1 - number]['log']}\nwitness peer {keys[number]['witness']} {url}\nquorum peer\n")
        policies.insert(0, str(policy))
    yield machines, policies
    for machine in machines:
        machine.stop()


def test_two_machines_cosign_each_other_and_a_rollback_is_convicted(pair, tmp_path):
    (alice, bob), (of_alice, of_bob) = pair
    assert alice.run("verify", "--policy", of_alice).exit_code == 3
    for machine, policy in ((alice, of_alice), (bob, of_bob)):
        for _ in range(2):
            told = machine.json("witness", "push", "--policy", policy)["witnesses"]
            assert [one["state"] for one in told] == ["cosigned"], told
            machine.write(2)
        shown = json.loads(machine.run("verify", "--policy", policy, "--json").output)
        assert (shown["outcome"], shown["witnesses"]) == ("verified", ["peer"]) and 0 < shown["witnessed"] < shown["entries"]
        listed = machine.json("witness", "list", "--policy", policy)
        assert listed["witnessed"] == shown["witnessed"] == listed["witnesses"][0]["size"]
    assert alice.run("verify", "--policy", of_bob).exit_code == 3, "a policy of somebody else's witness"

    shutil.copytree(alice.paths.state, tmp_path / "old", ignore=shutil.ignore_patterns("sensor.lock"))
    alice.write(5)
    alice.ok("witness", "push", "--policy", of_alice)
    kept = tmp_path / "kept.txt"
    shutil.copy(alice.paths.state / "witnessed" / "0.txt", kept)
    shutil.rmtree(alice.paths.state)
    shutil.copytree(tmp_path / "old", alice.paths.state)
    result = alice.run("witness", "push", "--policy", of_alice, "--json")
    assert result.exit_code == 1 and json.loads(result.output)["witnesses"][0]["state"] == "rollback"
    assert alice.run("verify", "--policy", of_alice).exit_code == 0, "the old copy holds in itself"
    assert alice.run("verify", "--policy", of_alice, "--anchor", str(kept)).exit_code == 1
    alice.write(20)
    result = alice.run("witness", "push", "--policy", of_alice, "--json")
    assert result.exit_code == 1 and json.loads(result.output)["witnesses"][0]["state"] == "fork"


def test_a_bundle_with_cosigned_notes_verifies_elsewhere_with_nothing_but_the_policy(pair, tmp_path):
    (alice, _), (of_alice, _) = pair
    alice.ok("witness", "push", "--policy", of_alice)
    bundle = str(tmp_path / "all.bundle")
    alice.ok("bundle", "--out", bundle)
    notes = str(alice.paths.state / "witnessed" / "0.txt")
    elsewhere = Terminal(tmp_path / "elsewhere")
    assert elsewhere.run("verify", bundle, "--policy", of_alice, "--anchor", notes).exit_code == 0
    assert elsewhere.run("verify", bundle, "--policy", of_alice).exit_code == 3


def test_a_witness_listens_on_loopback_unless_told_otherwise(pair):
    help_text = pair[0][0].ok("witness", "run", "--help")
    assert "127.0.0.1" in help_text


def test_what_is_missing_is_said(tmp_path):
    machine = Machine(tmp_path)
    assert "audit.witness-policy" in machine.error("witness", "push").next_step
    empty = tmp_path / "policy.txt"
    empty.write_text("quorum none\n")
    assert "names no log" in machine.error("witness", "run", "--policy", str(empty)).message
    assert machine.run("witness", "push", "--policy", str(empty)).exit_code == 3
