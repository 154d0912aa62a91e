"""Commands in a loop whose words the variable of the loop stands among: one value at a time, where it matters which word is which.

`for h in a b; do ssh $h reboot; done` is two commands. For programs that take any number of names one command with all of them says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sensor.effects.shell.scope import Field, Scope

# A word before others says where, as whom or on what they are to run.
TAKES_ONE = frozenset({
    "ssh", "autossh", "mosh", "rsh", "docker", "podman", "nerdctl", "kubectl", "oc", "lxc", "incus", "machinectl", "sudo", "su", "runuser", "chroot", "timeout", "flock",
    "git", "helm", "aws", "gcloud", "az", "terraform", "tofu", "psql", "mysql", "mongosh", "redis-cli", "gh", "npm", "pnpm", "yarn", "make",
})
MAX_ROUNDS = 8
_NAMED = re.compile(r"\$\{?(\w+)")


def is_choice(text: str, scope: Scope) -> bool:
    """Whether a word names a variable that holds one of several values."""
    return any((value := scope.variables.get(name)) is not None and value.choice for name in _NAMED.findall(text))


def one_at_a_time(fields: Sequence[Field], choices: Sequence[tuple[int, Sequence[Field]]]) -> Iterator[tuple[Field, ...]]:
    """The words of each round. `choices` are places in `fields` with what may stand there; behind the first rounds what is left stands there all at once."""
    most = max((len(values) for _, values in choices), default=1)
    for number in range(min(most, MAX_ROUNDS)):
        words = list(fields)
        for place, values in choices:
            words[place] = values[min(number, len(values) - 1)]
        yield tuple(words)
    if most > MAX_ROUNDS:
        rest = {place: values[MAX_ROUNDS:] or values[-1:] for place, values in choices}
        yield tuple(word for place, field in enumerate(fields) for word in rest.get(place, (field,)))
