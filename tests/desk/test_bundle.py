"""The folder of an export: what goes in comes out, sealed or not, and every change is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from countersign.desk.bundle import Reader, Writer
from countersign.errors import BadInput, Conflict, NotVerified, Unavailable

SECRET = "open sesame"  # noqa: S105 -- of a bundle that a test made
LONG = b"0123456789" * 250_000  # more than two chunks


def written(folder: Path, passphrase: str | None = None) -> Path:
    w = Writer(folder, passphrase=passphrase)
    assert w.lines("a/lines.jsonl", [{"n": 1}, {"text": "会签\ud800"}], "two lines") == 2
    w.file("long.bin", LONG, "long")
    w.file("empty.bin", b"", "empty")
    w.readable("README.md", "hello\n")
    w.close({"kind": "full"})
    return folder


@pytest.mark.parametrize("passphrase", [None, SECRET])
def test_what_goes_in_comes_out(tmp_path: Path, passphrase: str | None) -> None:
    r = Reader(written(tmp_path / "x", passphrase), passphrase=passphrase)
    r.check()
    assert list(r.lines("a/lines.jsonl")) == [{"n": 1}, {"text": "会签\ud800"}]
    assert r.whole("long.bin") == LONG
    assert r.whole("empty.bin") == b""
    assert list(r.lines("nothing.jsonl")) == []
    assert r.paths == ("a/lines.jsonl", "long.bin", "empty.bin")
    with pytest.raises(BadInput):
        r.whole("nothing.bin")


def test_sealed_files_swapped_cut_or_joined_are_found(tmp_path: Path) -> None:
    folder = written(tmp_path / "x", SECRET)
    long, short = folder / "0002.sealed", folder / "0001.sealed"
    kept = {p: p.read_bytes() for p in (long, short)}
    first = int.from_bytes(kept[long][:4], "big") + 4
    broken = {
        "the files were swapped": {long: kept[short], short: kept[long]},
        "the last chunks were cut off": {long: kept[long][:first]},
        "a chunk came twice": {long: kept[long] + kept[long][:first]},
        "the chunks were turned round": {long: kept[long][first:] + kept[long][:first]},
        "the end was torn off": {long: kept[long][:-1]},
        "nothing is left": {long: b""},
    }
    for files in broken.values():
        for path, data in files.items():
            path.write_bytes(data)
        sealed = Reader(folder, passphrase=SECRET)
        with pytest.raises(NotVerified):
            sealed.check()
        for path, data in kept.items():
            path.write_bytes(data)
    Reader(folder, passphrase=SECRET).check()


def test_a_missing_file_or_manifest_is_no_export(tmp_path: Path) -> None:
    folder = written(tmp_path / "x")
    (folder / "long.bin").unlink()
    with pytest.raises(BadInput):
        Reader(folder, passphrase=None).check()
    for text in ("", "[]", "{}", '{"v":1}', json.dumps({"v": 2, "files": []})):
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            Reader(folder, passphrase=None)
    with pytest.raises(BadInput):
        Reader(tmp_path / "nowhere", passphrase=None)


def test_a_sealed_folder_needs_its_passphrase(tmp_path: Path) -> None:
    folder = written(tmp_path / "x", SECRET)
    for wrong in (None, "", "open sesam"):
        with pytest.raises(Unavailable):
            Reader(folder, passphrase=wrong)


def test_what_is_dropped_or_not_closed_leaves_no_folder(tmp_path: Path) -> None:
    w = Writer(tmp_path / "x", passphrase=None)
    w.file("a", b"a", "a")
    assert not (tmp_path / "x").exists()
    w.drop()
    assert list(tmp_path.iterdir()) == []
    written(tmp_path / "x")
    with pytest.raises(Conflict):
        Writer(tmp_path / "x", passphrase=None)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises((BadInput, Conflict)):
        Writer(tmp_path / "file" / "x", passphrase=None)


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = written(tmp_path / "x")
    assert folder.stat().st_mode & 0o077 == 0
    assert all(p.stat().st_mode & 0o077 == 0 for p in folder.rglob("*") if p.is_file())
