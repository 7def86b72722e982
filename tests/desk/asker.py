"""A process of its own that holds a home open and asks what stands on each line of its input.

    python -m tests.desk.asker HOME CALLER < questions

Prints `ready`, then for each line the answer as JSON: text, number of the receipt, or the refusal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from countersign import desk
from countersign.errors import CountersignError
from tests.desk.scene import NOW, TEAM


def main() -> None:
    home = desk.Home(Path(sys.argv[1]))
    caller = desk.open_caller(home.hub, sys.argv[2], party=TEAM, now=NOW)
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            made = desk.ask(home.hub, caller, line.strip(), now=NOW)
            said = {"text": made.text, "number": made.receipt and made.receipt.number}
        except CountersignError as e:
            said = {"refused": e.what}
        print(json.dumps(said), flush=True)
    home.close()


if __name__ == "__main__":
    main()
