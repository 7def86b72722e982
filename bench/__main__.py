# SPDX-License-Identifier: Apache-2.0
"""`make bench`: every measure in one run, one table. Machines differ: read ratios and medians.

    python -m bench [--data DIR] [--only mail|decide|answer|denial|mcp|log] [--json]

Without `--data` the mail rows read the example team's archive, repeated under fresh Message-IDs.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import answer, decide, denial, log, mail, mcp

EXAMPLE = Path(__file__).parents[1] / "examples" / "mail.mbox"
COPIES = 150
Row = tuple[str, str, str]


@contextmanager
def _archive(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    text = EXAMPLE.read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mbox"
        folder.mkdir()
        copies = (text.replace(b"@example", b"%d@example" % n) for n in range(COPIES))
        (folder / "example.mbox").write_bytes(b"\n".join(copies))
        yield Path(name)


def _mail(data: Path | None) -> list[Row]:
    with _archive(data) as folder:
        return list(mail.rows(folder))


def main() -> None:
    """Print the table, or JSON of the same rows."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--data", type=Path, help="a folder of mbox archives")
    parser.add_argument("--only", choices=["mail", "decide", "answer", "denial", "mcp", "log"])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    parts: dict[str, Callable[[], list[Row]]] = {
        "mail": lambda: _mail(chosen.data),
        "decide": decide.rows,
        "answer": answer.rows,
        "denial": denial.rows,
        "mcp": mcp.rows,
        "log": log.rows,
    }
    found: list[Row] = []
    for name, part in parts.items():
        if chosen.only in (None, name):
            made = part()
            found += made
            if not chosen.json:
                for row in made:
                    print(f"{row[0]:<34} {row[1]:>24}   {row[2]}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if chosen.json:
        print(json.dumps([list(row) for row in found], ensure_ascii=False, indent=1))
    else:
        print(f"{'peak memory of this process':<34} {peak:>20.0f} MiB")


if __name__ == "__main__":
    main()
