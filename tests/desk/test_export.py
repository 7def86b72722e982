"""Clause 25: everything held about a person, for them alone, in open formats, and back again."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

import countersign
from countersign import desk
from countersign.desk.about_person import HUB, HUB_NOT, VAULT
from countersign.desk.words import own_permit
from countersign.errors import BadInput, Conflict, NotFound, NotVerified, Unavailable
from countersign.evidence import authors, object_to, own_traces, restore_traces, tables
from countersign.log import leaf_for, verify_proof
from countersign.people import Handle, adopt_id_key, id_key_of, restore_people
from countersign.seal import Envelope, canonical, read_b64
from countersign.store import hub_tables, vault_tables
from countersign.terms import packaged
from tests.desk import exporting, scene
from tests.desk.exporting import PASSPHRASE, every_byte, reader, rows
from tests.desk.scene import MARMOTGATE, NOW, PANGOLIN, QUILLBACK, SKILL
from tests.terms.renderings.checking import breaks_kind, broken_schema


@pytest.fixture
def lived(home: desk.Home) -> Iterator[desk.Home]:
    full = exporting.full(home)
    yield full
    full.close()


def out(home: desk.Home, name: str = "out", *, plain: bool = False) -> Path:
    folder = home.path.parent / name
    desk.export(home, folder, plain=plain, now=NOW)
    return folder


def fresh(home: desk.Home, name: str = "new", passphrase: str | None = PASSPHRASE) -> desk.Home:
    return desk.Home(home.path.parent / name, passphrase)


def test_clause_25_every_table_is_exported_or_says_why_not() -> None:
    for path in Path(countersign.__file__).parent.rglob("tables.py"):
        parts = path.relative_to(Path(countersign.__file__).parent).with_suffix("").parts
        importlib.import_module(".".join(("countersign", *parts)))
    assert set(hub_tables.tables) | {"alembic_version"} == {*HUB, *HUB_NOT}
    assert set(vault_tables.tables) == set(VAULT)
    for table, (column, _, _) in HUB.items():
        assert column in hub_tables.tables[table].c, table


def test_clause_25_a_sealed_export_comes_back_the_same(lived: desk.Home) -> None:
    first = out(lived)
    new = fresh(lived)
    made = desk.import_export(new, first, now=NOW)
    assert (made.claims, made.decisions, made.same_ids) == (len(desk.ranked(lived)), 17, True)
    before, after = reader(first), reader(out(new, "again"))
    for name in exporting.VAULT:
        assert after.whole(f"{name}.jsonl") == before.whole(f"{name}.jsonl"), name
    # What was signed stays signed: the same key publishes the same approved claims there.
    agreed = scene.agree(new)
    assert desk.publish(new, SKILL, agreement=agreed, title="", about="", now=NOW).claims == 15
    new.close()


def test_clause_25_an_export_in_the_clear_comes_back_with_new_ids_and_the_same_words(
    lived: desk.Home,
) -> None:
    folder = out(lived, plain=True)
    new = fresh(lived, passphrase=None)
    made = desk.import_export(new, folder, now=NOW)
    assert not made.same_ids
    before = {v.id: (v.kind, v.text, v.status, v.final) for v in desk.ranked(lived)}
    after = {v.id: (v.kind, v.text, v.status, v.final) for v in desk.ranked(new)}
    assert sorted(map(str, before.values())) == sorted(map(str, after.values()))
    assert not set(before) & set(after)
    assert id_key_of(new.vault) != id_key_of(lived.vault)
    assert [t.trace.text for t in own_traces(new.vault)] == [
        t.trace.text for t in own_traces(lived.vault)
    ]
    agreed = scene.agree(new)
    assert desk.publish(new, SKILL, agreement=agreed, title="", about="", now=NOW).claims == 15
    new.close()


def test_a_sealed_export_shows_nothing_without_its_passphrase(lived: desk.Home) -> None:
    folder = out(lived)
    data = every_byte(folder)
    for word in (QUILLBACK, MARMOTGATE, PANGOLIN, "Lin Wei", "林伟", "payments"):
        assert word.encode() not in data
    assert id_key_of(lived.vault) not in data
    for wrong in ("wrong", None):
        with pytest.raises(Unavailable):
            desk.import_export(fresh(lived, passphrase=wrong), folder, now=NOW)
    assert not (lived.path.parent / "new" / "vault.db").exists()


def test_an_export_in_the_clear_leaves_keys_and_others_words_behind(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    listed = [line for line in rows(folder, "traces.jsonl") if not line["own"]]
    assert listed
    assert all(set(line) == {"id", "own", "source", "at", "addedAt"} for line in listed)
    assert not any(p.startswith("secret/") for p in reader(folder).paths)
    assert id_key_of(lived.vault) not in every_byte(folder)
    sealed = [line for line in rows(out(lived, "sealed"), "traces.jsonl") if not line["own"]]
    assert all(line["text"] for line in sealed)


def test_sealing_is_the_default_and_needs_a_passphrase(home: desk.Home) -> None:
    with pytest.raises(BadInput, match="no passphrase"):
        desk.export(home, home.path.parent / "out", plain=False, now=NOW)
    assert not (home.path.parent / "out").exists()


def test_clause_36_no_export_says_who_asked_or_what(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    uses = rows(folder, "hub/receipt.jsonl")
    assert len(uses) == 2
    assert all("caller" not in use for use in uses)
    asked_by = scene.caller(lived)
    data = every_byte(folder)
    for hidden in (asked_by.id, scene.ASK_EN, scene.ASK_ZH):
        assert hidden.encode() not in data


def test_clause_25_nobody_can_export_about_somebody_else(lived: desk.Home) -> None:
    scene.agree(lived, party="Third Team")
    hub_alone = lived.path.parent / "hub-alone"
    hub_alone.mkdir()
    for path in ("hub.db", "keys.db", "index.db", "keys"):
        (hub_alone / path).symlink_to(lived.path / path)
    (hub_alone / "log").symlink_to(lived.path / "log")
    with pytest.raises((NotFound, Unavailable)):
        desk.export(desk.Home(hub_alone, PASSPHRASE), hub_alone.parent / "o", plain=True, now=NOW)
    other = desk.Home(lived.path.parent / "other")
    other.create()
    desk.add_someone(
        other, name="Kim", handles=["mail:kim@example.com"], me=True, label="", now=NOW
    )
    folder = out(other, "kims", plain=True)
    assert [line["me"] for line in rows(folder, "people.jsonl")] == [True]
    assert rows(folder, "hub/offer.jsonl") == []
    other.close()


def test_rows_about_others_in_one_hub_are_not_exported(lived: desk.Home) -> None:
    desk.add_someone(
        lived, name="Kim", handles=["mail:k@example.com"], me=False, label="kim", now=NOW
    )
    terms = scene.write_terms(lived.path.parent)
    other = desk.ask_for(lived, "kim", party="Payments Team", terms=terms, now=NOW)
    folder = out(lived, plain=True)
    offers = rows(folder, "hub/offer.jsonl")
    assert other.id not in {row["id"] for row in offers}
    assert {row["person"] for row in offers} == {lived.owner.id}
    assert {row["id"] for row in rows(folder, "hub/person_card.jsonl")} == {lived.owner.id}


def test_every_signed_record_can_be_checked_from_the_export_alone(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    found = rows(folder, "hub/record.jsonl")
    assert {"grant", "agreement", "release", "credit"} <= {row["kind"] for row in found}
    for row in found:
        envelope = Envelope.from_bytes(canonical(row["envelope"]))
        assert envelope.digest == row["digest"]
        proof = (folder / "proofs" / f"{row['digest']}.tlog-proof").read_bytes()
        leaf = leaf_for(envelope, read_b64(row["salt"]))
        assert verify_proof(proof, leaf, [lived.hub.signer.vkey]).index == row["leaf_index"]


def test_every_line_is_as_its_schema_says(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert broken_schema(manifest, "export") == []
    manifest["files"][0]["path"] = "secret/id-key"
    assert broken_schema(manifest, "export"), "no key stands in an export in the clear"
    kinds = {
        "people": "person",
        "sources": "source",
        "traces": "trace",
        "claims": "claim",
        "decisions": "decision",
        "sheets": "sheet",
        "hub/record": "record",
        "hub/receipt": "receipt",
        "hub/copy": "row",
    }
    for path, kind in kinds.items():
        found = rows(folder, f"{path}.jsonl")
        assert found, path
        for line in found:
            assert breaks_kind(line, kind) == []
        assert breaks_kind({"surprise": 1, "caller": "x"}, kind), kind
    assert (folder / "schemas" / "export.schema.json").read_text("utf-8") == packaged(
        "export.schema.json"
    )


@pytest.mark.parametrize("plain", [True, False])
def test_a_changed_byte_anywhere_is_found_before_anything_is_kept(
    lived: desk.Home, plain: bool
) -> None:
    folder = out(lived, plain=plain)
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "README.md"]
    for path in files[:: max(1, len(files) // (12 if plain else 4))]:
        data = path.read_bytes()
        if not data:
            continue
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises((NotVerified, BadInput, Unavailable)):
            desk.import_export(fresh(lived), folder, now=NOW)
        path.write_bytes(data)
    assert not (lived.path.parent / "new" / "vault.db").exists()


def test_a_claim_whose_quote_was_changed_with_its_digest_is_still_refused(
    lived: desk.Home,
) -> None:
    folder = out(lived, plain=True)
    claims = rows(folder, "claims.jsonl")
    claims[0]["citations"][0]["quote"] = "I never said that."
    _rewrite(folder, "claims.jsonl", claims)
    with pytest.raises(NotVerified, match="not grounded"):
        desk.import_export(fresh(lived, passphrase=None), folder, now=NOW)


def test_a_path_outside_of_the_folder_is_refused(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][0]["path"] = "../out/people.jsonl"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BadInput, match="not an export"):
        desk.import_export(fresh(lived, passphrase=None), folder, now=NOW)


def _rewrite(folder: Path, path: str, values: list[dict[str, object]]) -> None:
    data = "".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values).encode()
    (folder / path).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    entry = next(e for e in manifest["files"] if e["path"] == path)
    entry |= {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_an_export_never_overwrites_and_an_import_never_mixes(lived: desk.Home) -> None:
    folder = out(lived, plain=True)
    with pytest.raises(Conflict, match="already"):
        desk.export(lived, folder, plain=True, now=NOW)
    new = fresh(lived, passphrase=None)
    desk.import_export(new, folder, now=NOW)
    with pytest.raises(Conflict):
        desk.import_export(new, folder, now=NOW)
    used = fresh(lived, "used", passphrase=None)
    used.create()
    desk.add_someone(used, name="Kim", handles=["mail:kim@example.com"], me=True, label="", now=NOW)
    with pytest.raises(Conflict, match="in use"):
        desk.import_export(used, folder, now=NOW)
    new.close()
    used.close()


def test_clause_35_importing_does_not_lengthen_how_long_others_words_stay(
    lived: desk.Home,
) -> None:
    folder = out(lived)
    new = fresh(lived)
    later = scene.hours(24 * 31)
    desk.import_export(new, folder, now=later)
    with new.vault.db.read() as c:
        kept = c.execute(sa.select(sa.func.count()).select_from(tables.trace)).scalar_one()
    assert kept == len(list(own_traces(new.vault)))
    new.close()


def test_a_stopped_import_is_completed_by_running_it_again(lived: desk.Home) -> None:
    folder = out(lived)
    new = fresh(lived)
    new.create()
    half = reader(folder)
    adopt_id_key(new.vault, half.whole("secret/id-key"))
    restore_people(new.vault, half.lines("people.jsonl"))
    some = list(half.lines("traces.jsonl"))[:50]
    restore_traces(
        new.vault, some, permit=lambda: own_permit(new, NOW), subject=lambda title: (title, False)
    )
    assert desk.import_export(new, folder, now=NOW).decisions == 17
    assert len(desk.ranked(new)) == len(desk.ranked(lived))
    new.close()


def test_clause_35_an_objection_is_honored_after_an_import(lived: desk.Home) -> None:
    others = [h for h in _authors(lived) if h not in scene.HANDLES]
    object_to(lived.vault, Handle.parse(others[0]), now=NOW)
    folder = out(lived, plain=True)
    new = fresh(lived, passphrase=None)
    desk.import_export(new, folder, now=NOW)
    assert others[0] not in _authors(new)
    desk.add(new, scene.EXPORTS, source=None, author=None, now=NOW)
    assert others[0] not in _authors(new)
    new.close()


def _authors(home: desk.Home) -> list[str]:
    return [str(author.handle) for author in authors(home.vault)]


def test_answers_under_way_and_refusals_travel_with_the_person_alone(lived: desk.Home) -> None:
    made = scene.offer(lived, party="Third Team")
    desk.say_no(lived, made.id, now=NOW)
    folder = out(lived, plain=True)
    new = fresh(lived, passphrase=None)
    desk.import_export(new, folder, now=NOW)
    kept = rows(out(new, "again", plain=True), "answers.jsonl")
    assert {"id": made.id, "declined": True} in kept
    new.close()
