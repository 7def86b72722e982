"""Clause 16: below a floor nothing is signed or used, and a floor alone never permits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.clock import to_seconds
from countersign.errors import BadInput, Conflict, NotAllowed, NotFound, NotVerified
from countersign.seal import sha256_hex, sign
from countersign.terms import (
    Always,
    BelowFloor,
    Benefit,
    BenefitKind,
    BoundBy,
    Limits,
    Never,
    Permit,
    Purpose,
    Refusal,
    Source,
    State,
    Terms,
    bounds_of,
    breaches,
    decide,
    example_text,
    find_floor,
    floors,
    keep_record,
    kept_text,
    limit_lines,
    limits_from_terms,
    load_floor,
    load_policy,
    preset,
    propose_floor,
    resume,
    sign_floor,
    sign_offer,
    standing,
    suspend,
    tables,
)
from countersign.terms.shared import sign_shared
from tests.terms.council import (
    ALL_KEYS,
    COUNCIL,
    DAY,
    PUPPET,
    agreed,
    floor,
    works,
)
from tests.terms.scene import ACME, KEYS, KIM, LATER, LIN, NOW, OTHER, ask, offered, signed

FILES = Path(__file__).parents[1] / "files" / "floors"
TEAM = preset("my-team")
SHORT = replace(TEAM, term_days=180)
MORE = Limits(term_days_at_most=90)


def limits_now(
    c: sa.Connection, *, person: str = LIN, party: str = ACME, at: datetime = NOW
) -> list[Limits]:
    """Return the limits that bind at a time."""
    return [b.limits for b in bounds_of(c, person=person, party=party, at=NOW) if b.holds(at)]


def code(c: sa.Connection, agreement: str, now: datetime = LATER) -> str:
    """Return the code of the refusal of a question, or nothing for a permit."""
    answer = decide(ask(), standing(c, agreement), now=now)
    return answer.code if isinstance(answer, Refusal) else ""


def test_clause_16_below_a_floor_nothing_is_offered_and_clause_and_remedy_are_said(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        agreed(c)
        with pytest.raises(BelowFloor, match="term_days") as e:
            offered(c, TEAM)
        assert "No agreement lasts longer than 180 days. Lower it." in e.value.remedy
        assert "不超过 180 天" in e.value.zh
        assert offered(c, SHORT).terms == SHORT


@pytest.mark.parametrize("signer", [LIN, ACME])
def test_clause_16_what_was_offered_before_a_floor_rose_above_it_is_signed_by_nobody(
    tmp_path: Path, signer: str
) -> None:
    with works(tmp_path) as c:
        offer = offered(c, TEAM)
        agreed(c)
        with pytest.raises(BelowFloor):
            sign_offer(c, offer.id, signer=signer, key=KEYS[signer], now=NOW)


def test_clause_16_a_rising_floor_stops_older_agreements_from_its_first_second(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = signed(c, TEAM)
        assert code(c, under) == ""
        rises = LATER + DAY
        agreed(c, floor(since=rises))
        # From its signature on the council is to be told first; the floor itself binds later.
        assert code(c, under, rises - timedelta(seconds=1)) == "notice"
        assert code(c, under, rises) == "below-floor"


def test_clause_16_a_floor_alone_permits_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(limits_from_terms(TEAM)))
        offer = offered(c, TEAM)
        assert code(c, offer.agreement_id) == "missing-signature"
        sign_offer(c, offer.id, signer=ACME, key=KEYS[ACME], now=NOW)
        assert code(c, offer.agreement_id) == "missing-signature"


@pytest.mark.parametrize("by", [(COUNCIL,), (ACME,)])
def test_clause_16_a_floor_signed_by_one_side_binds_nobody(
    tmp_path: Path, by: tuple[str, ...]
) -> None:
    with works(tmp_path) as c:
        state = agreed(c, by=by)
        assert state.missing == tuple({ACME, COUNCIL} - set(by))
        assert limits_now(c) == []
        offered(c, TEAM)


def test_either_side_may_propose_and_the_other_signs_the_same_bytes(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        state = agreed(c, by=(ACME, COUNCIL))
        assert state.complete
        assert limits_now(c) == [state.floor.limits]


def test_a_floor_of_another_party_does_not_bind_this_one(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(party=OTHER))
        assert limits_now(c) == []
        assert limits_now(c, party=OTHER) != []
        offered(c, TEAM)


def test_a_floor_for_named_persons_binds_them_alone(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(persons=frozenset({"kim"})))
        assert limits_now(c) == []
        assert limits_now(c, person=KIM) != []


def test_a_party_cannot_sign_for_the_council_nor_bring_its_own(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        state = agreed(c, by=(ACME,))
        with pytest.raises(NotAllowed, match="not bound to that signer"):
            sign_floor(c, state.floor, signer=COUNCIL, key=KEYS[ACME], now=NOW)
        with pytest.raises(NotAllowed, match="not for this signer"):
            sign_floor(c, state.floor, signer=PUPPET, key=ALL_KEYS[PUPPET], now=NOW)
        for wrong in (LIN, OTHER):
            with pytest.raises(BadInput, match="between a party and a representative"):
                agreed(c, floor(representative=wrong), by=(ACME,))


def test_a_forged_representatives_signature_binds_nobody_even_if_the_hub_holds_it(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        made = floor(texts=())
        envelope = sign(made.statement(), KEYS[ACME], ALL_KEYS[PUPPET])
        keep_record(c, envelope, grant=ACME, now=NOW)
        assert limits_now(c) == []


def test_a_party_that_names_itself_as_representative_makes_no_floor(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        envelope = sign(floor(representative=ACME).statement(), KEYS[ACME])
        keep_record(c, envelope, grant=ACME, now=NOW)
        assert limits_now(c) == []


def test_a_puppets_series_of_the_same_name_does_not_replace_the_councils(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c)
        agreed(c, floor(Limits(), representative=PUPPET, version=99))
        assert Limits(term_days_at_most=180) in limits_now(c)
        with pytest.raises(BelowFloor):
            offered(c, TEAM)


def test_a_policy_of_the_party_does_not_replace_a_floor(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c)
        statement = floor(Limits(), version=99).statement()
        alone = sign(replace(statement, kind="policy"), KEYS[ACME])
        keep_record(c, alone, grant=ACME, now=NOW)
        with pytest.raises(NotVerified, match="policy"):
            bounds_of(c, person=LIN, party=ACME, at=NOW)


def test_a_higher_version_replaces_a_lower_one_from_its_day_and_leaves_no_gap(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        agreed(c)
        agreed(c, floor(MORE, version=2, since=NOW + DAY))
        assert limits_now(c) == [Limits(term_days_at_most=180)]
        assert limits_now(c, at=NOW + DAY) == [MORE]


def test_a_version_that_ended_does_not_bring_back_the_one_it_replaced(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c)
        agreed(c, floor(MORE, version=2, until=NOW + DAY))
        assert limits_now(c) == [MORE]
        assert limits_now(c, at=NOW + DAY) == []


def test_a_version_is_never_rolled_back(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        first = agreed(c, floor(Limits(), version=1), by=(ACME,))
        agreed(c, floor(MORE, version=2))
        for version in (1, 2):
            with pytest.raises(Conflict, match="Version 2 of this floor is signed"):
                agreed(c, floor(version=version))
        with pytest.raises(Conflict):  # what was half signed before cannot be completed now
            sign_floor(c, first.floor, signer=COUNCIL, key=ALL_KEYS[COUNCIL], now=NOW)
        assert limits_now(c) == [MORE]


def test_an_older_version_that_somebody_slips_into_the_hub_changes_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(MORE, version=2))
        old = floor(Limits(), version=1, texts=())
        for signer in (ACME, COUNCIL):
            sign_shared(
                c,
                old.statement().to_bytes(),
                about=ACME,
                needed=(ACME, COUNCIL),
                signer=signer,
                key=ALL_KEYS[signer],
                now=NOW,
            )
        assert limits_now(c) == [MORE]


def test_a_column_changed_in_the_hub_makes_no_floor_for_another_party(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(party=OTHER))
        for table in (tables.record, tables.signing):
            c.execute(table.update().values(grant_digest=ACME))
        assert limits_now(c) == []


def test_a_signed_floor_that_cannot_be_read_allows_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c, SHORT)
        strange = floor(texts=()).statement()
        strange = replace(strange, predicate={**strange.predicate, "quantum": 1})
        keep_record(c, sign(strange, KEYS[ACME], ALL_KEYS[COUNCIL]), grant=ACME, now=NOW)
        # As if the hub of a newer program had noted both signatures.
        for signer in (ACME, COUNCIL):
            note = {"digest": sha256_hex(strange.to_bytes()), "signer": signer}
            note |= {"grant_digest": ACME, "keyid": ALL_KEYS[signer].public.keyid}
            c.execute(tables.signing.insert().values(**note, at=to_seconds(NOW)))
        with pytest.raises(NotVerified, match="collective-floor"):
            standing(c, under)


def test_the_text_of_a_floor_is_kept_in_three_languages_by_its_signed_digest(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        state = agreed(c, floor(Limits(never=frozenset({Never.TRAINING}))))
        texts = {lang: kept_text(c, digest) for lang, digest in state.floor.texts}
        assert set(texts) == {"en", "zh", "de"}
        assert "Never: training of models." in texts["en"]
        assert "绝不允许：训练模型。" in texts["zh"]
        assert "Niemals: Training von Modellen." in texts["de"]
        assert "Works Council" in texts["de"]
        c.execute(tables.kept_text.update().values(text="changed"))
        with pytest.raises(NotVerified, match="not what was signed"):
            kept_text(c, state.floor.texts[0][1])


def test_a_floor_file_is_read_with_its_series_version_and_day() -> None:
    made = load_floor(FILES / "council.toml", party="acme", representative="council", now=LATER)
    assert (made.series, made.version, made.persons) == ("council", 1, frozenset())
    assert (made.since.hour, made.until) == (0, None)
    assert made.limits.term_days_at_most == 180


def test_the_examples_that_ship_are_read_and_shown_in_both_languages(tmp_path: Path) -> None:
    for of in ("floor", "policy"):
        path = tmp_path / f"{of}.toml"
        path.write_text(example_text(of), encoding="utf-8")
        assert "至多" in path.read_text(encoding="utf-8")
    floor_ = load_floor(tmp_path / "floor.toml", party="acme", representative="council", now=NOW)
    policy, about = load_policy(tmp_path / "policy.toml", now=NOW)
    assert len(limit_lines(floor_.limits, "en")) == 18
    assert Never.TRAINING in policy.limits.never
    assert set(about) == {"contact", "representative", "authority"}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "series"),
        ("series = 'x'\nversion = 0\n", "version"),
        ("series = 'x'\npersons = 'kim'\n", "persons"),
        ("series = 'x'\nfrom = 2026-11-23\n", "from"),
        ("series = 'x'\nfrom = 2026-11-23T12:00:00+08:00\n", "from"),
        ("series = 'x'\nfrom = 2027-01-01T00:00:00Z\nuntil = 2026-01-01T00:00:00Z\n", "until"),
        ("series = 'x'\nparty = 'acme'\n", "party"),
    ],
)
def test_a_floor_file_that_is_unclear_is_refused_by_field(
    tmp_path: Path, text: str, field: str
) -> None:
    path = tmp_path / "floor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=field):
        load_floor(path, party="acme", representative="council", now=NOW)


def test_floors_are_found_by_series_and_by_digest(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        first = agreed(c)
        second = agreed(c, floor(MORE, version=2), by=(COUNCIL,))
        assert find_floor(c, "council") == second
        assert find_floor(c, first.digest[:12]) == first
        assert [s.floor.version for s in floors(c, party=ACME)] == [1, 2]
        with pytest.raises(NotFound):
            find_floor(c, "nobody")
        agreed(c, floor(representative=PUPPET))
        with pytest.raises(Conflict, match="Several floors"):
            find_floor(c, "council")


WIDE: list[tuple[Limits, Terms, str]] = [
    (Limits(purposes=frozenset({Purpose.ONBOARD})), TEAM, "purposes"),
    (Limits(sources=frozenset({Source.MAIL})), TEAM, "sources"),
    (Limits(callers_at_most=5), TEAM, "callers_at_most"),
    (Limits(cooling_off_hours_at_least=72), TEAM, "cooling_off_hours"),
    (Limits(benefits_at_least=(Benefit(BenefitKind.TIME_OFF, 8),)), TEAM, "benefits"),
    (Limits(always=frozenset({Always.REPRESENTED})), TEAM, "represented_by"),
    (Limits(always=frozenset({Always.COUNTERSIGNED})), TEAM, "countersigned"),
    (
        Limits(never=frozenset({Never.QUOTE_DOCUMENTS})),
        replace(TEAM, quote_documents=True),
        "quote",
    ),
]


@pytest.mark.parametrize(("limits", "terms", "field"), WIDE)
def test_each_clause_below_a_floor_is_named_with_a_remedy_in_three_languages(
    tmp_path: Path, limits: Limits, terms: Terms, field: str
) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(limits))
        with pytest.raises(BelowFloor) as e:
            offered(c, terms)
        (short,) = e.value.found
        assert short.field.startswith(field)
        assert short.by is BoundBy.FLOOR
        lines = [short.line(lang) for lang in ("en", "zh", "de")]
        assert "is below the floor" in lines[0]
        assert "低于集体约定的底线" in lines[1]
        assert "unterschreitet die Mindestbedingung" in lines[2]
        assert breaches(terms, limits)


def test_a_suspension_by_the_person_stays_beside_a_floor(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c)
        under = signed(c, SHORT)
        suspend(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        assert standing(c, under).state is State.SUSPENDED  # type: ignore[union-attr]
        resume(c, agreement_id=under, key=KEYS[LIN], by=LIN, now=NOW)
        assert isinstance(decide(ask(), standing(c, under), now=LATER), Refusal)  # no notice yet


def test_without_a_floor_or_representative_no_notice_is_owed(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        assert isinstance(decide(ask(), standing(c, signed(c, SHORT)), now=LATER), Permit)


def test_a_floor_is_proposed_once_by_the_same_signer(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, by=(COUNCIL,))
        with pytest.raises(Conflict, match="signed already"):
            propose_floor(c, floor(), signer=COUNCIL, key=ALL_KEYS[COUNCIL], now=NOW)
