"""Clauses 9, 17, 26, 27 and 28: each notice does what it says, and only with the right signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from countersign.errors import BadInput, Conflict, NotAllowed, NotVerified
from countersign.seal import sign
from countersign.terms import (
    Audience,
    Kind,
    Limits,
    Method,
    OnLeaving,
    Processing,
    Purpose,
    Refusal,
    Representation,
    Standing,
    decide,
    declare_processing,
    keep_record,
    keep_texts,
    kept_text,
    leave,
    preset,
    say_capable,
    say_incapable,
    standing,
    tell_representatives,
    to_be_told,
    transfer,
)
from countersign.terms.notices import (
    incapacity_statement,
    representatives_statement,
)
from tests.terms.council import ALL_KEYS, COUNCIL, DAY, PUPPET, agreed, floor, works
from tests.terms.scene import (
    ACME,
    FEE,
    KEYS,
    KIM,
    LATER,
    LIN,
    NOW,
    OTHER,
    ask,
    offered,
    signed,
)

TEAM = preset("my-team")
TEXT = {"en": "What is planned."}
AS_SIGNED = Processing(
    purposes=TEAM.purposes,
    methods=TEAM.methods,
    kinds=TEAM.kinds,
    audience=TEAM.audience,
    models=TEAM.models,
)


def stand(c: sa.Connection, under: str) -> Standing:
    """Return how an agreement stands."""
    found = standing(c, under)
    assert found is not None
    return found


def code(c: sa.Connection, under: str, now: datetime = LATER) -> str:
    """Return the code of a refused question, empty for a permit."""
    answer = decide(ask(), standing(c, under), now=now)
    return answer.code if isinstance(answer, Refusal) else ""


def beside(c: sa.Connection) -> str:
    """Sign an agreement in whose terms the council stands beside Lin."""
    named = Representation.WORKS_COUNCIL
    return signed(c, replace(TEAM, represented_by=named, representative=COUNCIL))


def told(c: sa.Connection, under: str, *to: str, key: str = ACME) -> None:
    """Sign the notice to representatives."""
    tell_representatives(
        c, stand(c, under), to=to or (COUNCIL,), texts=TEXT, key=ALL_KEYS[key], now=NOW
    )


# --- representatives -----------------------------------------------------------------------------


def test_clause_17_a_represented_persons_skill_is_not_used_before_the_notice(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = beside(c)
        assert code(c, under) == "notice"
        told(c, under)
        assert code(c, under) == ""


def test_clause_17_the_notice_of_one_agreement_is_not_the_notice_of_another(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under, other = beside(c), beside(c)
        told(c, under)
        assert (code(c, under), code(c, other)) == ("", "notice")


def test_clause_17_telling_somebody_else_than_the_council_is_no_notice(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = beside(c)
        assert to_be_told(c, stand(c, under)) == {COUNCIL}
        told(c, under, PUPPET)
        assert code(c, under) == "notice"
        told(c, under, PUPPET, COUNCIL)
        assert code(c, under) == ""


def test_clause_17_a_floor_names_whom_to_tell(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        agreed(c, floor(Limits()))
        under = signed(c)
        assert to_be_told(c, stand(c, under)) == {COUNCIL}
        assert code(c, under) == "notice"


def test_clause_17_a_notice_that_the_party_did_not_sign_counts_for_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = beside(c)
        with pytest.raises(NotAllowed):
            told(c, under, key=LIN)
        forged = representatives_statement(
            grant=stand(c, under).grant, party=ACME, to=[COUNCIL], texts={}, at=NOW
        )
        keep_record(c, sign(forged, KEYS[OTHER]), grant=stand(c, under).grant, now=NOW)
        assert code(c, under) == "notice"


@pytest.mark.parametrize("to", [(), (KIM,), (ACME,)])
def test_clause_17_only_representatives_can_be_told(tmp_path: Path, to: tuple[str, ...]) -> None:
    with works(tmp_path) as c:
        under = beside(c)
        with pytest.raises(BadInput, match="goes to representatives"):
            tell_representatives(c, stand(c, under), to=to, texts=TEXT, key=KEYS[ACME], now=NOW)


# --- processing ----------------------------------------------------------------------------------

BEYOND = [
    replace(AS_SIGNED, purposes=frozenset({*TEAM.purposes, Purpose.HAND_OVER})),
    replace(AS_SIGNED, methods=frozenset(Method)),
    replace(AS_SIGNED, kinds=frozenset({*TEAM.kinds, Kind.CONTACT})),
    replace(AS_SIGNED, audience=frozenset({Audience.COMPANY})),
    replace(AS_SIGNED, models=frozenset({"qwen"})),
]


@pytest.mark.parametrize("beyond", BEYOND)
def test_clause_09_what_goes_beyond_the_terms_stops_them_until_it_goes_back(
    tmp_path: Path, beyond: Processing
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        for declared, expected in ((AS_SIGNED, ""), (beyond, "changed"), (AS_SIGNED, "")):
            declare_processing(c, declared, party=ACME, key=KEYS[ACME], now=NOW)
            assert code(c, under) == expected


def test_clause_09_a_change_stops_what_is_re_signed_only_when_new_terms_cover_it(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        old = signed(c)
        new = signed(c, replace(TEAM, purposes=frozenset({*TEAM.purposes, Purpose.HAND_OVER})))
        declare_processing(c, BEYOND[0], party=ACME, key=KEYS[ACME], now=NOW)
        assert (code(c, old), code(c, new)) == ("changed", "")


def test_clause_09_a_declaration_about_one_agreement_leaves_the_others_alone(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        one, two = signed(c), signed(c)
        declare_processing(c, BEYOND[0], party=ACME, key=KEYS[ACME], now=NOW, agreement=one)
        assert (code(c, one), code(c, two)) == ("changed", "")
        declare_processing(c, BEYOND[1], party=ACME, key=KEYS[ACME], now=NOW)
        assert (code(c, one), code(c, two)) == ("changed", "changed")
        declare_processing(c, AS_SIGNED, party=ACME, key=KEYS[ACME], now=NOW, agreement=two)
        assert (code(c, one), code(c, two)) == ("changed", "")


def test_clause_09_another_partys_declaration_changes_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        declare_processing(c, BEYOND[0], party=OTHER, key=KEYS[OTHER], now=NOW)
        assert code(c, under) == ""
        with pytest.raises(NotAllowed):
            declare_processing(c, AS_SIGNED, party=ACME, key=KEYS[OTHER], now=NOW)


# --- leaving, transfer, incapacity ---------------------------------------------------------------


@pytest.mark.parametrize("by", [LIN, ACME])
def test_clause_27_either_side_may_say_that_the_person_leaves_and_then_it_stops(
    tmp_path: Path, by: str
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        leave(c, stand(c, under), by=by, key=KEYS[by], at=LATER + DAY, now=NOW)
        assert code(c, under) == ""
        assert code(c, under, LATER + DAY) == "left"


def test_clause_27_after_leaving_only_terms_that_say_so_and_pay_go_on(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        stays = replace(TEAM, on_leaving=OnLeaving.CONTINUE, benefits=(FEE,))
        under = signed(c, stays)
        leave(c, stand(c, under), by=ACME, key=KEYS[ACME], at=NOW, now=NOW)
        assert code(c, under) == ""


def test_clause_27_nobody_else_says_that_the_person_leaves(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = stand(c, signed(c))
        for by, key in ((KIM, KIM), (OTHER, OTHER), (LIN, KIM), (ACME, OTHER)):
            with pytest.raises(NotAllowed):
                leave(c, under, by=by, key=KEYS[key], at=NOW, now=NOW)


def test_clause_26_at_a_transfer_old_agreements_stop_and_the_successor_asks_anew(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        transfer(c, party=ACME, successor="other", key=KEYS[ACME], at=LATER + DAY, now=NOW)
        assert code(c, under) == ""
        assert code(c, under, LATER + DAY) == "transferred"
        refused = decide(ask(party=OTHER), standing(c, under), now=LATER)
        assert isinstance(refused, Refusal)
        assert refused.code == "party"
        assert offered(c, party=OTHER).missing == ("person lin", "party other")


@pytest.mark.parametrize("successor", ["acme", "lin", "council"])
def test_clause_26_a_successor_is_another_party(tmp_path: Path, successor: str) -> None:
    with works(tmp_path) as c, pytest.raises(BadInput, match="another party"):
        transfer(c, party=ACME, successor=successor, key=KEYS[ACME], at=NOW, now=NOW)


def trusting(c: sa.Connection) -> str:
    """Sign an agreement whose terms name Kim as delegate."""
    return signed(c, replace(TEAM, delegate=KIM))


def test_clause_28_a_delegate_stops_everything_and_only_the_persons_own_word_ends_it(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = trusting(c)
        say_incapable(c, person=LIN, by=KIM, key=KEYS[KIM], at=NOW, now=NOW)
        assert code(c, under) == "incapable"
        forged = incapacity_statement(person=LIN, by=KIM, at=NOW, number=9, over=True)
        keep_record(c, sign(forged, KEYS[KIM]), grant=LIN, now=NOW)
        assert code(c, under) == "incapable"
        with pytest.raises(NotAllowed):
            say_capable(c, person=LIN, key=KEYS[KIM], now=NOW)
        say_capable(c, person=LIN, key=KEYS[LIN], now=NOW)
        assert code(c, under) == ""
        say_incapable(c, person=LIN, by=KIM, key=KEYS[KIM], at=NOW, now=NOW)
        assert code(c, under) == "incapable"


def test_clause_28_a_representative_of_the_person_may_say_so_too(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = beside(c)
        say_incapable(c, person=LIN, by=COUNCIL, key=ALL_KEYS[COUNCIL], at=NOW, now=NOW)
        assert code(c, under) == "incapable"


@pytest.mark.parametrize("by", [ACME, LIN, PUPPET, OTHER])
def test_clause_28_nobody_else_may_say_so(tmp_path: Path, by: str) -> None:
    with works(tmp_path) as c:
        trusting(c)
        with pytest.raises(NotAllowed, match="Only a delegate or representative"):
            say_incapable(c, person=LIN, by=by, key=ALL_KEYS[by], at=NOW, now=NOW)


def test_clause_28_a_delegate_of_an_offer_that_nobody_signed_is_none(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        offered(c, replace(TEAM, delegate=KIM))
        with pytest.raises(NotAllowed):
            say_incapable(c, person=LIN, by=KIM, key=KEYS[KIM], at=NOW, now=NOW)


def test_what_nobody_said_needs_no_end(tmp_path: Path) -> None:
    with works(tmp_path) as c, pytest.raises(Conflict, match="Nobody said"):
        say_capable(c, person=LIN, key=KEYS[LIN], now=NOW)


def test_a_kept_text_that_was_changed_is_found(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        (digest,) = keep_texts(c, TEXT, keep_until=NOW).values()
        c.execute(sa.text("UPDATE kept_text SET text = 'other'"))
        with pytest.raises(NotVerified, match="not what was signed"):
            kept_text(c, digest)
