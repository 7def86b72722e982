"""Records, credit, export and import from the command line, as other programs call them."""

from __future__ import annotations

import json
from pathlib import Path

from countersign import desk
from tests.desk import scene
from tests.doors.command import run


def test_a_record_is_json_alone_in_each_format(released: Path) -> None:
    with scene.opened(released) as home:
        (offer,) = desk.list_offers(home)
    agreement = offer.state.agreement_id
    for form in ("dpv", "receipt", "odrl", "kantara"):
        done = run("record", agreement, "--format", form, home=released)
        assert (done.code, done.err) == (0, "")
        assert isinstance(done.json, dict)
    assert run("record", "aunknown", home=released).code == 2
    assert run("record", agreement, "--format", "xml", home=released).code == 3


def test_shapes_and_schemas_are_printed_by_name(tmp_path: Path) -> None:
    listed = run("record", home=tmp_path / "none")
    assert "record-shapes.ttl" in listed.json
    for name in listed.json:
        done = run("record", name, home=tmp_path / "none")
        assert done.code == 0
        assert done.text


def test_credit_is_signed_written_verified_and_shown(released: Path, tmp_path: Path) -> None:
    asked = run("ask", scene.ASK_EN, "--skill", scene.SKILL, "--json", home=released)
    assert asked.json["receipt"]["complaint"]["en"]
    nothing = run("credit", scene.SKILL, "--as", scene.TEAM, home=released)
    assert nothing.code == 3
    topic = nothing.err.split("from: ")[1].split(",")[0].strip()
    file = tmp_path / "credit.json"
    words = ("credit", scene.SKILL, "--as", scene.TEAM, "--topic", topic)
    assert run(*words, "--out", file, home=released).code == 0
    assert run(*words, "--out", file, home=released).code == 3  # never overwrites
    assert run("verify", file, "--json", home=released).json["verified"] is True
    page = run("credit", file, "--format", "html", "--lang", "zh", home=released)
    assert "贡献证明" in page.text
    file.write_bytes(file.read_bytes().replace(b"A", b"B", 1))
    assert run("verify", file, home=released).code == 1


def test_an_export_goes_out_and_comes_back(released: Path, tmp_path: Path) -> None:
    refused = run("export", "--out", tmp_path / "out", home=released)
    assert (refused.code, "passphrase" in refused.err) == (3, True)
    made = run("export", "--out", tmp_path / "out", "--plain", "--json", home=released)
    assert made.json["sealed"] is False
    claims = run("claims", "--json", home=released).json
    back = run("import", tmp_path / "out", "--json", home=tmp_path / "new")
    assert back.json["claims"] == len(claims)
    assert {c["text"] for c in run("claims", "--json", home=tmp_path / "new").json} == {
        c["text"] for c in claims
    }
    along = run("export", "--portable", "--out", tmp_path / "along", "--json", home=released)
    assert along.json["claims"] > 0
    said = json.loads((tmp_path / "along" / "manifest.json").read_text("utf-8"))
    assert said["kind"] == "portable"
    assert run("import", tmp_path / "along", home=tmp_path / "other").code == 3


def test_a_months_statement_is_made_only_when_it_is_over(released: Path) -> None:
    from_then = run("statement", "2026-10", "--json", home=released)
    assert (from_then.code, from_then.err) == (0, "")
    assert from_then.json["signatures"]
    assert run("statement", "2026-10", home=released).code == 0
    assert run("statement", "2099-01", home=released).code == 1
    assert run("statement", "october", home=released).code == 3
