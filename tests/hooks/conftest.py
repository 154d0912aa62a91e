"""Lets the tests of this room share `payloads.py` and `harness.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
