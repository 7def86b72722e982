# SPDX-License-Identifier: Apache-2.0
"""`python -m bench.fidelity --data DIR [--json]`: one table, or `{set: {metric: value}}`.

DIR holds one folder per set. A set that is absent is reported as missing, never skipped in
silence; a set that we do not measure yet is named too. No text of anybody is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.fidelity.mail import measure_mail
from bench.fidelity.sentences import measure_p3c, measure_tc39, measure_vcsum, measure_w3c
from bench.fidelity.slack import measure_slack

# Set -> what must be there for it to count as present, and how it is measured.
SETS: dict[str, tuple[str, Callable[[Path], dict[str, float]]]] = {
    "twisted-mail": ("mbox/*", measure_mail),
    "slack-export": ("*.zip", measure_slack),
    "tc39": ("sentences*.jsonl*", measure_tc39),
    "w3c-minutes": ("lines*.tsv*", measure_w3c),
    "zh-p3c": ("rules*.jsonl", measure_p3c),
    "zh-vcsum": ("short*.jsonl*", measure_vcsum),
}


def measure(data: Path, only: list[str] | None = None) -> dict[str, dict[str, float | str]]:
    """Return the metrics of every set under `data`; `{"missing": why}` for an absent one."""
    found: dict[str, dict[str, float | str]] = {}
    for name, (pattern, how) in SETS.items():
        if only and name not in only:
            continue
        if not any((data / name).glob(pattern)):
            found[name] = {"missing": f"no {name}/{pattern}"}
            continue
        found[name] = {k: round(v, 4) for k, v in how(data / name).items()}
    present = (p.name for p in sorted(data.iterdir()) if p.is_dir())
    for name in (n for n in present if n not in SETS and not only):
        found[name] = {"missing": "not measured yet"}
    return found


def main() -> None:
    """Parse, measure, print; exit 3 when DIR is no folder."""
    ask = argparse.ArgumentParser(prog="python -m bench.fidelity", description=__doc__)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--only", action="append", help="measure this set alone (may be repeated)")
    args = ask.parse_args()
    if not args.data.is_dir():
        print(f"{args.data} is not a folder.", file=sys.stderr)
        raise SystemExit(3)
    found = measure(args.data, args.only)
    if args.json:
        print(json.dumps(found, indent=1))
        return
    for name, metrics in found.items():
        print(name)
        for metric, value in metrics.items():
            print(f"  {metric:28} {value}")


if __name__ == "__main__":
    main()
