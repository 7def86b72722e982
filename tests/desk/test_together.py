"""Answering together 一起谈: unseen until three have signed, then a floor once the party signs too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from countersign import desk
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, NotVerified, Stale
from countersign.terms import BoundBy, standing
from tests.desk.circle_scene import ACME, NOW, Office, build, hub_content, office
from tests.quick import quick_folder

SIZE = 32 * 1024


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    with quick_folder() as folder:
        build(folder / "four", 4)
        yield folder / "four"


@pytest.fixture
def four(built: Path, tmp_path: Path) -> Iterator[Office]:
    with office(Path(shutil.copytree(built, tmp_path / "office"))) as made:
        yield made


@pytest.fixture
def request_id(four: Office) -> str:
    acme, _ = four
    return desk.ask_topic(acme, "payments", party=ACME, terms="my-team", now=NOW).id


def _started(
    four: Office, about: str, folder: Path, *signers: int, terms: str = "my-team"
) -> desk.Started:
    """Start a circle as the first person and let some people sign it."""
    _, people = four
    made = desk.together_start(people[0], about, terms=terms, out=folder / "c.circle")
    for number in signers:
        desk.together_sign(people[number], made.path, made.code)
    return made


def test_a_circle_writes_nothing_to_the_hub_before_it_is_sent(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    acme, people = four
    before = hub_content(acme.hub)
    made = _started(four, request_id, tmp_path, 0, 1)
    desk.together_join(people[2], made.path, made.code)
    desk.together_propose(people[1], made.path, made.code, terms="ask-me")
    desk.together_sign(people[2], made.path, made.code)
    assert hub_content(acme.hub) == before
    assert desk.party_view(acme, ACME, now=NOW).joint == ()


def test_a_circles_file_tells_nothing_without_the_code(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    _, people = four
    made = _started(four, request_id, tmp_path)
    sizes = {made.path.stat().st_size}
    alone = made.path.read_bytes()
    for person in people:
        desk.together_sign(person, made.path, made.code)
        sizes.add(made.path.stat().st_size)
    full = made.path.read_bytes()
    assert sizes == {SIZE}
    for data in (alone, full):
        for word in (b"Lin Wei", b"my-team", request_id.encode(), people[0].owner.id.encode()):
            assert word not in data
    assert made.path.stat().st_mode & 0o777 == 0o600
    wrong = "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa"
    with pytest.raises(BadInput, match="does not open with this code"):
        desk.together_open(made.path, wrong)
    with pytest.raises(BadInput, match="not a join code"):
        desk.together_open(made.path, made.code[:-1])
    assert len(desk.together_open(made.path, made.code.upper().replace("-", " ")).signed) == 4


@pytest.mark.parametrize("place", [0, 30, 60, SIZE - 1])
def test_a_changed_file_does_not_open(
    four: Office, request_id: str, tmp_path: Path, place: int
) -> None:
    made = _started(four, request_id, tmp_path)
    data = bytearray(made.path.read_bytes())
    data[place] ^= 1
    made.path.write_bytes(data)
    with pytest.raises(BadInput):
        desk.together_open(made.path, made.code)


def test_fewer_than_three_cannot_send(four: Office, request_id: str, tmp_path: Path) -> None:
    acme, people = four
    made = _started(four, request_id, tmp_path, 0, 1)
    before = hub_content(acme.hub)
    with pytest.raises(NotAllowed, match="2 of at least 3"):
        desk.together_send(people[0], [made.path], made.code, now=NOW)
    assert hub_content(acme.hub) == before


def test_one_person_under_three_names_is_one_person(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    _, people = four
    made = _started(four, request_id, tmp_path, 0, 1)
    with pytest.raises(Conflict, match="signed this record already"):
        desk.together_sign(people[1], made.path, made.code)
    # Somebody claims to be Ana, with a key of their own making.
    people[2].key_path("ana").unlink()
    people[2].key_path("ana").write_bytes(_strange_key(tmp_path))
    desk.together_sign(people[2], made.path, made.code)
    with pytest.raises(NotVerified, match="did not sign them"):
        desk.together_send(people[0], [made.path], made.code, now=NOW)


def _strange_key(folder: Path) -> bytes:
    other = desk.Home(folder / "strange")
    other.create()
    desk.add_someone(other, name="Ana", handles=["mail:x@example.org"], me=True, label="a", now=NOW)
    other.close()
    return other.key_path("a").read_bytes()


def test_other_terms_need_every_signature_anew(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    _, people = four
    made = _started(four, request_id, tmp_path, 0, 1, 2)
    circle = desk.together_propose(people[3], made.path, made.code, terms="ask-me")
    assert circle.signed == ()
    assert len(circle.members) == 4


def test_copies_that_went_different_ways_come_together(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    _, people = four
    made = _started(four, request_id, tmp_path, 0)
    copies = [made.path]
    for number in (1, 2):
        copies.append(Path(shutil.copy(made.path, tmp_path / f"copy-{number}")))
        desk.together_sign(people[number], copies[-1], made.code)
    sent = desk.together_send(people[0], copies, made.code, now=NOW)
    assert len(sent.persons) == 3
    other = Path(shutil.copy(copies[1], tmp_path / "other"))
    desk.together_propose(people[1], other, made.code, terms="ask-me")
    with pytest.raises(BadInput, match="different terms"):
        desk.together_send(people[0], [copies[0], other], made.code, now=NOW)


def test_sent_terms_show_the_party_who_signed_and_not_who_only_joined(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    acme, people = four
    made = _started(four, request_id, tmp_path, 0, 1, 2)
    desk.together_join(people[3], made.path, made.code)
    desk.together_send(people[2], [made.path], made.code, now=NOW)
    (seen,) = desk.party_view(acme, ACME, now=NOW).joint
    assert set(seen.persons) == {p.owner.id for p in people[:3]}
    content = hub_content(acme.hub)
    hidden = people[3].owner.id
    assert {t for t, rows in content.items() if any(hidden in r for r in rows)} == {
        "person_card",
        "key_binding",
    }
    with pytest.raises(Conflict, match="sent already"):
        desk.together_send(people[2], [made.path], made.code, now=NOW)


def test_accepted_terms_are_each_signers_floor_and_an_offer_is_ready_for_each(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    acme, people = four
    made = _started(four, request_id, tmp_path, 0, 1, 2)
    sent = desk.together_send(people[0], [made.path], made.code, now=NOW)
    done = desk.together_accept(acme, sent.joint.id, party=ACME, now=NOW)
    assert done.joint.accepted_at == NOW
    assert sorted(o.missing for o in done.offers) == [
        ("person ana",),
        ("person kim",),
        ("person lin",),
    ]
    for offer in done.offers:
        with acme.hub.db.read() as c:
            stands = standing(c, offer.agreement_id)
        assert stands is not None
        assert stands.undertaken
        assert [b.by for b in stands.bounds] == [BoundBy.TOGETHER]
    lower = tmp_path / "lower.toml"
    lower.write_text('like = "my-team"\nterm_days = 400\n', encoding="utf-8")
    with pytest.raises(NotAllowed):
        desk.ask_for(acme, "lin", party=ACME, terms=str(lower), now=NOW + timedelta(minutes=1))
    desk.ask_for(acme, "bo", party=ACME, terms=str(lower), now=NOW)  # was not in it


def test_nobody_but_the_party_accepts_and_only_once(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    acme, people = four
    made = _started(four, request_id, tmp_path, 0, 1, 2)
    sent = desk.together_send(people[0], [made.path], made.code, now=NOW)
    desk.ask_topic(acme, "x", party="other", terms="my-team", now=NOW)
    with pytest.raises(NotAllowed, match="not the party's"):
        desk.together_accept(acme, sent.joint.id, party="other", now=NOW)
    desk.together_accept(acme, sent.joint.id, party=ACME, now=NOW)
    with pytest.raises(Conflict):
        desk.together_accept(acme, sent.joint.id, party=ACME, now=NOW)
    with pytest.raises(NotFound):
        desk.together_accept(acme, "jnothing", party=ACME, now=NOW)


def test_a_circle_is_about_a_request_an_offer_or_a_party(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    acme, people = four
    offer = desk.ask_for(acme, "lin", party=ACME, terms="my-team", now=NOW)
    for number, about in enumerate((request_id, offer.id, ACME)):
        out = tmp_path / f"{number}.circle"
        made = desk.together_start(people[0], about, terms="my-team", out=out)
        assert made.circle.joint.party == offer.party
        assert made.circle.joint.request == (request_id if number == 0 else "")
    with pytest.raises(BadInput, match="already"):
        desk.together_start(people[0], ACME, terms="my-team", out=tmp_path / "0.circle")
    with pytest.raises(BadInput, match="terms for a party"):
        desk.together_start(people[0], "kim", terms="my-team", out=tmp_path / "n")
    with pytest.raises(BadInput, match="not agreed on together"):
        desk.together_start(people[0], ACME, terms="only-me", out=tmp_path / "n")


def test_terms_sent_after_the_lapse_are_refused(
    four: Office, request_id: str, tmp_path: Path
) -> None:
    _, people = four
    made = _started(four, request_id, tmp_path, 0, 1, 2)
    with pytest.raises(Stale, match="lapsed"):
        desk.together_send(people[0], [made.path], made.code, now=NOW + timedelta(days=15))
