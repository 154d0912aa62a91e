"""The work that deriving the effects of one call may do, counted where loops over the input happen.

A unit is what costs about a microsecond. Counting instead of measuring time makes the same call end in the same way on every
machine. The walk owns the budget of its derivation and lends it to what reads and expands text; whoever finds it used up
stops, and the walk says so: such a call is never clean.
"""

from __future__ import annotations

UNITS = 45_000
SKIM_UNITS = 12_000
"""For the second look at a text that used up the first budget."""

READ_COMMAND = 4
COMMAND = 16
PATH = 8
GLOB = 60
ASSIGNMENT = 4
REDIRECT = 4
EXPANSION = 6
ESCAPE = 2
READ_CODE = 32
HOST = 40
STATEMENT = 16


class Budget:
    """What is left. Below zero = used up: some of the work was not done."""

    __slots__ = ("left",)

    def __init__(self, units: int = UNITS) -> None:
        self.left = units

    def take(self, units: int) -> bool:
        """Pay for work; False when there is not enough left for it."""
        self.left -= units
        return self.left >= 0

    def loan(self) -> Budget:
        """Half of what is left, for reading: what was read must be walked as well. Paid back with `settle`."""
        return Budget(max(self.left, 0) // 2)

    def settle(self, loan: Budget) -> None:
        """Pay for what was done with a loan that was taken last."""
        self.left -= max(self.left, 0) // 2 - loan.left

    def end(self) -> None:
        """Nothing more may be done: a text has more of something than is looked at."""
        self.left = -1

    @property
    def is_used_up(self) -> bool:
        return self.left < 0
