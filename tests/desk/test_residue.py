"""The scanner can fail: whatever is planted after a withdrawal is found, in every form."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput
from countersign.seal import Cipher, fresh_key
from countersign.store import Entry
from tests.desk import scene
from tests.desk.scene import NOW, SKILL


@pytest.fixture
def gone(home: desk.Home) -> desk.Home:
    """Return a home from which a released skill was taken back."""
    scene.released(home)
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert desk.residue(home).found == ()
    return home


def _text(home: desk.Home) -> str:
    return scene.one(desk.ranked(home), scene.BACKUP).text


def _zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, data)
    return out.getvalue()


_FORMS: dict[str, Callable[[str], bytes]] = {
    "plain text": lambda text: f"before {text} after".encode(),
    "half of it": lambda text: (text[: len(text) // 2 + 4] * 1).encode(),
    "base64": lambda text: base64.b64encode(f"x{text}".encode()),
    "base64 of another alignment": lambda text: base64.b64encode(f"xy{text}zz".encode()),
    "JSON-escaped": lambda text: json.dumps({"t": text}).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 big-endian": lambda text: text.encode("utf-16-be"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": lambda text: _zipped("a.md", text.encode()),
    "gzip in zip": lambda text: _zipped("a.gz", gzip.compress(text.encode())),
    "zip in zip": lambda text: _zipped("a.zip", _zipped("b.json", json.dumps(text).encode())),
}


@pytest.mark.parametrize("form", [f for f in _FORMS if f != "half of it"])
def test_a_canary_is_found_in_each_form(gone: desk.Home, form: str) -> None:
    (gone.path / "log" / "planted").write_bytes(_FORMS[form](_text(gone)))
    found = desk.residue(gone).found
    assert {Path(r.where.partition("!")[0]).name for r in found} == {"planted"}


def test_an_english_text_is_found_in_every_form_and_by_its_halves(gone: desk.Home) -> None:
    text = scene.one(desk.ranked(gone), scene.QUILLBACK).text
    for number, (form, made) in enumerate(_FORMS.items()):
        path = gone.path / f"planted-{number}"
        path.write_bytes(made(text))
        assert {r.where.partition("!")[0] for r in desk.residue(gone).found} == {str(path)}, form
        path.unlink()


def test_the_wording_that_an_edit_replaced_is_looked_for_too(gone: desk.Home) -> None:
    text = scene.one(desk.ranked(gone), scene.WOMBATKEY).text
    (gone.path / "skills" / "old.md").write_text(text, encoding="utf-8")
    assert [Path(r.where).name for r in desk.residue(gone).found] == ["old.md"]


def test_a_canary_in_a_write_ahead_log_is_found(gone: desk.Home) -> None:
    raw = sqlite3.connect(gone.path / "hub.db")
    raw.execute("PRAGMA wal_autocheckpoint=0")
    raw.execute("CREATE TABLE planted (t TEXT)")
    raw.execute("INSERT INTO planted VALUES (?)", (_text(gone),))
    raw.commit()
    found = desk.residue(gone).found
    raw.close()
    assert "hub.db-wal" in {Path(r.where).name for r in found}


@pytest.mark.parametrize("column", ["token INTEGER", "token INTEGER PRIMARY KEY"])
def test_an_index_token_is_found_as_a_value_and_as_a_row_number(
    gone: desk.Home, column: str
) -> None:
    raw = sqlite3.connect(gone.path / "log" / "planted.db")
    raw.execute(f"CREATE TABLE word ({column}, texts INTEGER)")
    raw.execute("INSERT INTO word VALUES (?, 1)", (gone.hub.index.token(scene.QUILLBACK),))
    raw.commit()
    raw.close()
    assert {r.form for r in desk.residue(gone).found} == {"index token"}


def test_an_index_entry_of_what_was_taken_back_is_found(gone: desk.Home) -> None:
    with gone.hub.db.read() as c:
        under = c.execute(sa.text("SELECT agreement FROM release")).scalar_one()
    gone.hub.index.add([Entry("r1/c1", SKILL, under, "restart by hand")])
    assert "index entries" in {r.form for r in desk.residue(gone).found}


def test_a_row_that_can_still_be_opened_is_found(gone: desk.Home) -> None:
    with gone.hub.db.read() as c:
        release, under = c.execute(sa.text("SELECT id, agreement FROM release")).one()
    cipher = gone.hub.keys.claim_keys(under, [f"{release}/c1"])[f"{release}/c1"]
    assert isinstance(cipher, Cipher)
    found = {(r.where, r.form) for r in desk.residue(gone).found}
    assert ("keys.db", "still-decryptable rows") in found


def test_a_canary_in_a_host_folder_is_found_even_beside_the_copy(
    home: desk.Home, tmp_path: Path
) -> None:
    scene.released(home)
    made = desk.install_skill(home, SKILL, host="agents", base=tmp_path, actor="", now=NOW)
    (made.path / "notes.md").write_text(_text(home), encoding="utf-8")
    beside = made.path.with_name(f".{SKILL}.left")
    beside.mkdir()
    (beside / "SKILL.md").write_text(_text(home), encoding="utf-8")
    desk.take_back(home, SKILL, signer=None, now=NOW)
    assert {Path(r.where).name for r in desk.residue(home).found} == {"notes.md", "SKILL.md"}


def test_a_further_place_is_looked_in_and_must_exist(gone: desk.Home, tmp_path: Path) -> None:
    place = tmp_path / "backup"
    with pytest.raises(BadInput, match="to look in"):
        desk.residue(gone, places=[place])
    place.mkdir()
    (place / "dump.sql").write_text(_text(gone), encoding="utf-8")
    assert [Path(r.where).name for r in desk.residue(gone, places=[place]).found] == ["dump.sql"]


def test_further_texts_are_looked_for(gone: desk.Home) -> None:
    (gone.path / "log" / "x").write_text("an oddly named thing", encoding="utf-8")
    found = desk.residue(gone, extra=["an oddly named thing"]).found
    assert [(r.ref, r.form) for r in found] == [("extra 1", "plain text")]


def test_the_vault_is_listed_apart_as_kept(gone: desk.Home) -> None:
    report = desk.residue(gone)
    assert report.kept == (str(gone.path / "vault.db"),)
    assert not any("vault.db" in place for place in report.looked_in)
    assert len(report.looked_in) > 5


def test_what_is_served_is_no_residue(home: desk.Home) -> None:
    scene.released(home)
    scene.asked(home)
    assert desk.residue(home).found == ()


def test_a_random_key_and_noise_are_no_residue(gone: desk.Home) -> None:
    (gone.path / "log" / "noise").write_bytes(fresh_key() * 4096)
    assert desk.residue(gone).found == ()
