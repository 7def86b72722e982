# SPDX-License-Identifier: Apache-2.0
"""What the residue scanner finds, it finds whether it looks for one text or for a whole vault."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
from pathlib import Path

import pytest

from countersign.skill import needles, scan

CANARY = 'Never retry a capture without its key; 没有幂等键不要重试 "ever".'
MANY = [
    (f"r{n}", f"Another sentence of the vault, number {n}, long enough to matter.")
    for n in range(60)
]


def _hidden(folder: Path) -> dict[str, Path]:
    """The canary in every form that the scanner promises to see through."""
    plain = b"before " + CANARY.encode() + b" after"
    made = {
        "plain.txt": plain,
        "utf16le.bin": CANARY.encode("utf-16-le"),
        "utf16be.bin": b"x" + CANARY.encode("utf-16-be"),
        "escaped.json": json.dumps({"text": CANARY}).encode(),
        "packed.gz": gzip.compress(gzip.compress(plain)),
        **{f"base64-{n}.txt": base64.b64encode(b"y" * n + plain) for n in range(3)},
    }
    paths = {}
    for name, data in made.items():
        paths[name] = folder / name
        paths[name].write_bytes(data)
    paths["inner.zip"] = folder / "inner.zip"
    with zipfile.ZipFile(paths["inner.zip"], "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("deep/note.md", plain)
    return paths


@pytest.mark.parametrize("others", [[], MANY], ids=["one text", "a whole vault"])
def test_a_text_is_found_in_every_form(tmp_path: Path, others: list[tuple[str, str]]) -> None:
    for name, path in _hidden(tmp_path).items():
        found = scan([path], needles([("canary", CANARY), *others]))
        assert {r.ref for r in found} == {"canary"}, name
        assert all(r.where.startswith(str(path)) and CANARY not in r.form for r in found)


def test_half_a_text_is_found_and_another_text_is_not(tmp_path: Path) -> None:
    path = tmp_path / "half.txt"
    path.write_bytes(CANARY[: len(CANARY) // 2].encode())
    assert scan([path], needles([("canary", CANARY)]))
    path.write_bytes(b"Never retry without a key.")
    assert scan([path], needles([("canary", CANARY)])) == []


def test_a_text_across_two_blocks_of_reading_is_found(tmp_path: Path) -> None:
    path = tmp_path / "long.bin"
    path.write_bytes(b"\0" * ((1 << 22) - 10) + CANARY.encode() + b"\0" * 100)
    assert [r.ref for r in scan([path], needles([("canary", CANARY), *MANY]))] == ["canary"]
