"""Clauses 11 to 15: provable, without pressure, for a time, beside a representative, signed apart."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign import desk
from countersign.errors import BadInput, NotAllowed, Stale, Unavailable
from countersign.terms import preset
from tests.desk import scene
from tests.desk.clauses.acts import (
    DAY,
    answers,
    ask,
    company,
    council_id,
    prove_handle,
    publish,
    sign,
    tell,
    terms,
)
from tests.desk.council import COUNCIL
from tests.desk.scene import LIN, NOW, SKILL, TEAM, hours


def _alone(home: desk.Home, tmp_path: Path) -> tuple[Path, Path]:
    """Return the package and trust.json as an auditor gets them: without hub and vault."""
    place = tmp_path / "auditor"
    shutil.copytree(home.path / "skills" / SKILL, place / SKILL)
    shutil.copy(home.path / "trust.json", place / "trust.json")
    return place / SKILL, place / "trust.json"


def test_clause_11_allows_anybody_to_check_consent_offline_with_folder_and_keys_alone(
    live: desk.Home, tmp_path: Path
) -> None:
    folder, trust = _alone(live, tmp_path)
    live.close()
    live.path.rename(tmp_path / "hub is out of reach")
    steps = desk.verify(None, folder, trust=trust, now=NOW)
    assert len(steps) >= 11
    assert [s for s in steps if not s.passed] == []


@pytest.mark.parametrize("file", ["SKILL.md", "manifest.json", "release.tlog-proof"])
def test_clause_11_refuses_a_package_of_which_one_byte_was_changed(
    live: desk.Home, tmp_path: Path, file: str
) -> None:
    folder, trust = _alone(live, tmp_path)
    (path,) = folder.rglob(file)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert not all(s.passed for s in desk.verify(None, folder, trust=trust, now=NOW))


def test_clause_11_refuses_a_signature_by_another_key_than_the_signers(home: desk.Home) -> None:
    made = scene.offer(home)
    home.key_path(TEAM).unlink()
    shutil.copy(home.key_path(LIN), home.key_path(TEAM))
    with pytest.raises(NotAllowed, match="not bound to that signer"):
        desk.sign(home, made.id, signer=TEAM, now=NOW)


def test_clause_11_refuses_wide_use_before_it_was_shown_whose_key_signed(
    home: desk.Home,
) -> None:
    path = terms(home, profile='"company"')
    under = sign(home, path, "short-cooling-off", *preset("my-team").toggles)
    with pytest.raises(NotAllowed, match="not shown well enough who signed"):
        publish(home, under)
    prove_handle(home)
    assert publish(home, under).version == 1


def test_clause_12_allows_use_when_the_cooling_off_time_is_over(home: desk.Home) -> None:
    under = sign(home, "my-team")
    publish(home, under, now=hours(48))
    assert answers(home, now=hours(48))


def test_clause_12_allows_saying_no_without_a_trace_on_the_hub(home: desk.Home) -> None:
    made = scene.offer(home)
    before = _hub(home)
    desk.asked_of_me(home, now=NOW)
    desk.say_no(home, made.id, now=NOW)
    assert _hub(home) == before
    assert desk.party_view(home, TEAM, now=NOW).offers == ()


def _hub(home: desk.Home) -> dict[str, list[str]]:
    with home.hub.db.read() as c:
        return {
            name: sorted(repr(tuple(row)) for row in c.execute(sa.text(f'SELECT * FROM "{name}"')))  # noqa: S608
            for name in sa.inspect(c).get_table_names()
        }


def test_clause_12_refuses_use_within_48_hours_unless_the_person_signed_less(
    home: desk.Home,
) -> None:
    under = sign(home, "my-team")
    for after in (0, 47.99):
        with pytest.raises(NotAllowed, match="cooling-off"):
            publish(home, under, now=hours(after))
    short = sign(home, terms(home))  # terms that say less, without the person's own item
    with pytest.raises(NotAllowed, match="cooling-off"):
        publish(home, short)


def test_clause_12_refuses_to_ask_and_to_use_before_the_party_undertook_that_no_costs_nothing(
    live: desk.Home,
) -> None:
    with live.hub.db.write() as c:
        c.execute(sa.text("DELETE FROM record WHERE kind = 'undertaking'"))
    with pytest.raises(NotAllowed, match="saying no costs nothing"):
        ask(live)
    live.key_path(TEAM).unlink()
    offers = len(desk.list_offers(live))
    with pytest.raises(Unavailable, match="no key file"):
        scene.offer(live)
    assert len(desk.list_offers(live)) == offers


def test_clause_12_refuses_a_late_yes_as_it_refuses_nobody_a_silent_no(home: desk.Home) -> None:
    made = scene.offer(home)
    for signer in (LIN, TEAM):
        with pytest.raises(Stale):
            desk.sign(home, made.id, signer=signer, now=hours(15 * DAY))
    assert desk.party_view(home, TEAM, now=hours(15 * DAY)).offers == ()


def test_clause_13_allows_use_until_the_last_second(live: desk.Home) -> None:
    assert answers(live, now=hours(365 * DAY - 1 / 3600))


def test_clause_13_refuses_use_from_the_end_on_and_no_term_is_endless(live: desk.Home) -> None:
    with pytest.raises(NotAllowed, match="ended on 2027-11-23"):
        ask(live, now=hours(365 * DAY))
    with pytest.raises(BadInput, match="term_days"):
        scene.offer(live, terms=terms(live, term_days="731"))
    assert preset("my-team").term_days == 365


def _represented(home: desk.Home) -> str:
    council_id(home)
    return terms(
        home,
        represented_by='"works-council"',
        representative=f'"{COUNCIL}"',
        countersigned="true",
    )


def test_clause_14_allows_use_when_the_representative_of_the_persons_choice_has_countersigned(
    home: desk.Home,
) -> None:
    made = scene.offer(home, terms=_represented(home))
    assert "Works Council" in desk.contract_of(home, made.id, lang="en")
    assert desk.sign(home, made.id, signer=COUNCIL, now=NOW).missing  # offered to them first
    under = _both(home, made)
    tell(home, under)
    publish(home, under)
    assert answers(home)
    package = home.path / "skills" / scene.SKILL
    steps = desk.verify(home, package, trust=None, now=NOW)
    assert [s.detail for s in steps if not s.passed] == []


def _both(home: desk.Home, made: desk.OfferState) -> str:
    desk.sign(home, made.id, signer=TEAM, now=NOW)
    items = ["short-cooling-off"]
    return desk.sign(home, made.id, signer=LIN, items=items, now=NOW).agreement_id


def test_clause_14_refuses_use_while_the_countersignature_is_missing(home: desk.Home) -> None:
    made = scene.offer(home, terms=_represented(home))
    under = _both(home, made)
    with pytest.raises(NotAllowed, match=f"representative {COUNCIL} has not signed"):
        publish(home, under)
    with pytest.raises(NotAllowed):
        desk.sign(home, scene.offer(home).id, signer=COUNCIL, now=NOW)


def _persona(home: desk.Home) -> tuple[str, desk.RiderSeen]:
    path = terms(home, persona="true", profile='"company"')
    under = company(home, path, "short-cooling-off", *preset("my-team").toggles)
    pay = ["300 CNY a month"]
    return under, desk.persona_offer(home, under, benefits=pay, days=90, signer=TEAM, now=NOW)


def test_clause_15_allows_a_replica_only_as_a_document_of_its_own(home: desk.Home) -> None:
    """What code can do is keep the documents and their signatures apart, and record that."""
    under, rider = _persona(home)
    for lang in ("en", "zh"):
        own = desk.persona_text(home, rider.state.digest, lang=lang)
        assert own not in desk.contract_of(home, under, lang=lang)
        assert "300" in own
        assert "300" not in desk.contract_of(home, under, lang=lang)
    done = desk.persona_sign(home, rider.state.digest, signer=LIN, now=NOW)
    assert done.state.digest not in json.dumps(desk.record_of(home, under, form="odrl", now=NOW))
    assert done.missing == ()


def test_clause_15_refuses_to_sign_the_replica_together_with_the_agreement(
    home: desk.Home,
) -> None:
    path = terms(home, persona="true", profile='"company"')
    made = scene.offer(home, terms=path)
    with pytest.raises(BadInput, match="own document"):
        desk.sign(home, made.id, signer=LIN, items=["persona"], now=NOW)
    under, rider = _persona(home)
    with pytest.raises(NotAllowed):
        desk.persona_sign(home, rider.state.digest, signer=COUNCIL, now=NOW)
    (seen,) = desk.persona_riders(home, under)
    assert seen.missing == (LIN,)
