"""Taking along: records, credit and masked claims, as far as the signed terms allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign import desk
from countersign.claims import find_flags
from countersign.errors import BadInput
from countersign.evidence import authors
from countersign.people import id_key_of
from tests.desk import exporting, scene
from tests.desk.exporting import every_byte, reader, rows
from tests.desk.scene import INES, MARMOTGATE, NOW, PANGOLIN, QUILLBACK, WOMBATKEY, ZIBELLINE
from tests.terms.renderings.checking import breaks_kind


def taken(home: desk.Home, name: str = "along") -> Path:
    folder = home.path.parent / name
    desk.take_along(home, folder, now=NOW)
    return folder


def test_approved_and_held_back_claims_go_along_and_nothing_else(home: desk.Home) -> None:
    folder = taken(exporting.full(home))
    claims = " ".join(row["text"] for row in rows(folder, "claims.jsonl"))
    held = " ".join(row["text"] for row in rows(folder, "portfolio.jsonl"))
    assert QUILLBACK in claims
    assert scene.EDITED in claims
    assert MARMOTGATE in held
    assert MARMOTGATE not in claims
    data = every_byte(folder)
    for never in (ZIBELLINE, PANGOLIN, WOMBATKEY, INES):
        assert never.encode() not in data
    assert id_key_of(home.vault) not in data
    assert {p.split("/")[0] for p in reader(folder).paths} == {
        *("claims.jsonl", "portfolio.jsonl", "records", "credit", "schemas")
    }


def test_the_credit_record_in_it_verifies(home: desk.Home) -> None:
    folder = taken(exporting.full(home))
    trust = home.path / "trust.json"
    steps = desk.check_credit(None, folder / "credit" / "credit-1.json", trust=trust, now=NOW)
    assert [s.passed for s in steps] == [True] * 4


def test_others_are_masked(home: desk.Home) -> None:
    scene.released(home)
    folder = taken(home)
    said = [row["text"] + row["topic"] for row in rows(folder, "claims.jsonl")]
    said += [row["text"] + row["topic"] for row in rows(folder, "portfolio.jsonl")]
    whole = "\n".join(said)
    mine = {h for h in scene.HANDLES}
    others = {a.name for a in authors(home.vault) if str(a.handle) not in mine and a.name}
    assert others
    assert not any(name in whole for name in others)
    assert not {"mail", "phone", "secret"} & set(find_flags(whole))


@pytest.mark.parametrize(
    ("allowed", "claims", "portfolio", "credit"),
    [
        ('["claims", "credit", "portfolio"]', 15, 1, 1),
        ('["credit", "portfolio"]', 0, 1, 1),
        ('["claims", "credit"]', 15, 0, 1),
        ('["credit"]', 0, 0, 1),
    ],
)
def test_signed_terms_limit_what_goes_along(
    home: desk.Home, tmp_path: Path, allowed: str, claims: int, portfolio: int, credit: int
) -> None:
    scene.released(home, terms=scene.write_terms(tmp_path, take_along=allowed))
    scene.asked(home)
    topics = [v.topic.split(", ")[0] for v in desk.ranked(home) if QUILLBACK in v.text]
    desk.give_credit(home, scene.SKILL, party=scene.TEAM, topics=topics, now=NOW)
    made = desk.take_along(home, home.path.parent / "along", now=NOW)
    assert (made.claims, made.portfolio, made.credits) == (claims, portfolio, credit)
    assert made.left == 16 - claims - portfolio
    assert made.records == 1


def test_an_offer_that_was_never_signed_limits_nothing(home: desk.Home, tmp_path: Path) -> None:
    scene.offer(home, terms=scene.write_terms(tmp_path, take_along='["credit"]'))
    made = desk.take_along(home, home.path.parent / "along", now=NOW)
    assert (made.claims, made.portfolio, made.records) == (15, 1, 0)


def test_terms_that_were_taken_back_still_limit(home: desk.Home, tmp_path: Path) -> None:
    terms = scene.write_terms(tmp_path, take_along='["credit"]')
    made = scene.released(home, terms=terms)
    desk.take_back(home, made.agreement, signer=None, now=NOW)
    assert desk.take_along(home, home.path.parent / "along", now=NOW).claims == 0


def test_what_was_taken_along_is_as_its_schema_says_and_no_import(home: desk.Home) -> None:
    scene.released(home)
    folder = taken(home)
    for line in (*rows(folder, "claims.jsonl"), *rows(folder, "portfolio.jsonl")):
        assert breaks_kind(line, "along") == []
    assert breaks_kind({"text": "alone"}, "along")
    new = desk.Home(home.path.parent / "new")
    with pytest.raises(BadInput, match="takes along"):
        desk.import_export(new, folder, now=NOW)
