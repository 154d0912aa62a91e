"""Cost of looking for injected orders: `python tests/bench/injection.py`.

Prints CPU milliseconds per text of 64 KB, and of 2 KB, of prose, source code and data: for the phrases alone, and with the model of words.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sensor.detectors.injection import InjectionReader
from sensor.detectors.injection_words import load_model

ROUNDS = 9


def texts() -> dict[str, str]:
    """64 KB of each kind: our documents, our sources, rows of data."""
    rows = [{"id": number, "name": f"n{number}", "value": number * 3, "note": "ok"} for number in range(2000)]
    return {
        "prose": "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))),
        "code": "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "sensor" / "effects").rglob("*.py"))),
        "data": json.dumps(rows),
    }


def cost(reader: InjectionReader, data: bytes, *, wording: bool) -> float:
    """The least CPU milliseconds of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        reader.read(data, wording=wording)
        best = min(best, time.process_time() - began)
    return 1e3 * best


def main() -> int:
    reader = InjectionReader(load_model())
    print(f"{'CPU ms':16s}{'phrases':>10s}{'and words':>10s}")
    for kind, text in texts().items():
        for size in (2_000, 64_000):
            data = text[:size].encode()
            print(f"{kind + f' {size // 1000} KB':16s}{cost(reader, data, wording=False):10.2f}{cost(reader, data, wording=True):10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
