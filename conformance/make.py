"""Write `vectors/` anew from the table of defects: `python conformance/make.py [FOLDER]`.

The keys are fixed and nothing is random, so the same bytes come out each time; a test compares them
with what is committed. When the pages or texts of a package change on purpose, run this and review
the difference. `vectors.json` is the index that any runner reads:

    name    of the vector, and of the folder with the files that differ from its twin
    twin    the vector that passes and differs in nothing else; its own name where it is one
    remove  files of the twin that are taken away
    args    the command line's; {dir} is the folder in which the files were put
    at      the time of the check, UTC
    exit    the exit code; 1: the file was read and refused
    says    the number of the first step that fails; 0 where all pass
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conformance import world as w
from conformance.defects import Defect, all_defects
from conformance.twins import Twin, twins
from countersign.clock import to_text

HERE = Path(__file__).resolve().parent
VECTORS = HERE / "vectors"
INDEX = "vectors.json"


def made() -> dict[str, bytes]:
    """Return every file below `vectors/`, the index too."""
    files: dict[str, bytes] = {}
    rows: list[dict[str, Any]] = []
    for twin in twins():
        files |= {f"{twin.name}/{path}": data for path, data in twin.files.items()}
        rows.append(_row(twin, None))
    for twin, defect in all_defects():
        placed = {p: data for p, data in defect.change.items() if data is not None}
        files |= {f"{defect.name}/{path}": data for path, data in placed.items()}
        rows.append(_row(twin, defect))
    index = {"v": 1, "vectors": sorted(rows, key=lambda row: (row["says"] != 0, row["name"]))}
    text = json.dumps(index, ensure_ascii=False, indent=1) + "\n"
    return files | {INDEX: text.encode()}


def _row(twin: Twin, defect: Defect | None) -> dict[str, Any]:
    change: Mapping[str, bytes | None] = defect.change if defect else {}
    row: dict[str, Any] = {
        "name": defect.name if defect else twin.name,
        "twin": twin.name,
        "kind": twin.kind,
        "what": defect.what if defect else twin.what,
        "args": list(twin.args),
        "at": to_text(w.NOW),
        "exit": 1 if defect else 0,
        "says": defect.says if defect else 0,
    }
    gone = sorted(path for path, data in change.items() if data is None)
    return row | ({"remove": gone} if gone else {})


def write(folder: Path) -> int:
    """Write all vectors into `folder`, in place of what was there; returns how many files."""
    shutil.rmtree(folder, ignore_errors=True)
    files = made()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return len(files)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS
    print(f"{write(target)} files in {target.name}/")
