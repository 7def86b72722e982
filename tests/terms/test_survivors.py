"""Tests that a mutation run asked for: each was missing until a change of `terms` went unnoticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from countersign.errors import BadInput, Internal, NotVerified
from countersign.people import REBINDING_DELAY, Role, add_card, bind_key, rebind
from countersign.seal import Envelope, SigningKey, Statement, countersign, sign
from countersign.terms import (
    Assessment,
    Audience,
    Bound,
    BoundBy,
    Bundle,
    Delivery,
    Kind,
    Limits,
    Method,
    Never,
    Permit,
    Processing,
    Profile,
    Purpose,
    Refusal,
    Source,
    decide,
    honoured,
    offer_state,
    preset,
    records,
    sign_offer,
    sign_rider,
    standing,
    withdraw,
)
from countersign.terms.records import REPRESENTATIVE, withdrawal_statement
from tests.terms import carried_scene as carried
from tests.terms import test_riders as riders
from tests.terms.council import ALL_KEYS, COUNCIL, DAY, floor, works
from tests.terms.scene import ACME, KEYS, KIM, LIN, NOW, ask, hub, offered, signed, stand


def test_a_file_that_is_too_large_is_no_withdrawal_file() -> None:
    with pytest.raises(NotVerified) as raised:
        Bundle.of(b'"' + b"x" * (1 << 20) + b'"')
    assert "too large" in str(raised.value)


def test_of_two_riders_the_one_that_ends_later_counts(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = riders.agree(c)
        for days in (90, 30):
            made = riders.offer(c, under, days=days)
            sign_rider(c, made.digest, signer=LIN, key=KEYS[LIN], now=NOW)
        assert riders.speaks(c, under, NOW + 60 * DAY)
        assert not riders.speaks(c, under, NOW + 90 * DAY)


def test_a_lost_keys_successor_is_believed_only_with_the_representative_who_vouched(
    tmp_path: Path,
) -> None:
    union, new = SigningKey.generate(), SigningKey.generate()
    with hub(tmp_path) as c:
        id = signed(c)
        add_card(c, id="wunion", label="union", name="Union", role=Role.REPRESENTATIVE, now=NOW)
        bind_key(c, subject="wunion", key=union, now=NOW)
        rebind(c, subject=LIN, key=new, representative="wunion", by=union, now=NOW)
        effect = NOW + REBINDING_DELAY
        taken = withdraw(c, agreement_id=id, key=new, by=LIN, now=effect)
        bundle = carried.file_of(c, id, taken)
        grant = carried.granted(c, id)
        assert honoured(bundle, grant, trusted=carried.known(wunion=[union.public])).whole
        with pytest.raises(NotVerified, match="not signed by somebody"):
            honoured(bundle, grant, trusted=carried.known())


def test_under_a_full_profile_no_short_assessment_is_signed_by_the_way(tmp_path: Path) -> None:
    with hub(tmp_path) as c:
        for profile, wanted in (
            (Profile.COMPANY, Assessment.NONE),
            (Profile.TEAM, Assessment.PREFILLED),
        ):
            made = offered(c, replace(preset("my-team"), profile=profile))
            sign_offer(c, made.id, signer=ACME, key=KEYS[ACME], now=NOW)
            found = standing(c, made.agreement_id)
            assert found is not None
            assert found.assessment is wanted
            notices = [r for r in records(c, offer_state(c, made.id).grant_digest)]
            assert len([r for r in notices if r.kind == "notice"]) == (
                wanted is not Assessment.NONE
            )


def test_a_floor_that_names_others_or_is_none_names_no_representative_for_this_person(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        id, trusted = signed(c), carried.known(**{COUNCIL: [ALL_KEYS[COUNCIL].public]})
        grant = carried.granted(c, id)
        said = withdrawal_statement(
            grant=grant.digest, agreement=id, by=COUNCIL, at=NOW, role=REPRESENTATIVE
        )
        file = Bundle(record=sign(said, ALL_KEYS[COUNCIL]))

        def floor_of(persons: frozenset[str], kind: str = "collective-floor") -> Envelope:
            made = floor(persons=persons).statement()
            first = sign(Statement(kind, made.subjects, made.predicate), ALL_KEYS[COUNCIL])
            return countersign(first, KEYS[ACME])

        for whom in (frozenset[str](), frozenset({LIN})):
            assert honoured(replace(file, floor=floor_of(whom)), grant, trusted=trusted).whole
        for wrong in (floor_of(frozenset({KIM})), floor_of(frozenset(), "notice")):
            with pytest.raises(NotVerified):
                honoured(replace(file, floor=wrong), grant, trusted=trusted)


WIDE = replace(
    preset("my-team"),
    profile=Profile.PUBLIC,
    audience=frozenset({Audience.TEAM, Audience.EVERYONE}),
    public_release=True,
    cross_border=True,
    sensitive=True,
    methods=frozenset({Method.LOCAL, Method.REMOTE_MODEL}),
    endpoints=frozenset({"model.example.org"}),
    models=frozenset({"qwen"}),
)
ASKED: dict[str, dict[str, Any]] = {
    "purposes": {"purpose": Purpose.ONBOARD},
    "audience": {"audience": Audience.EVERYONE},
    "deliveries": {"delivery": Delivery.SERVED},
    "kinds": {"kinds": frozenset({Kind.PITFALL})},
    "sources": {"sources": frozenset({Source.SLACK})},
    "methods": {"methods": frozenset({Method.REMOTE_MODEL})},
    "models": {"models": frozenset({"qwen"})},
    "endpoints": {"endpoint": "model.example.org"},
    "regions": {"region": "here"},
}
TURNED_ON: dict[Never, dict[str, Any]] = {
    Never.SENSITIVE: {"sensitive": True},
    Never.CROSS_BORDER: {"cross_border": True},
    Never.PUBLIC_RELEASE: {"audience": Audience.EVERYONE},
}


def _under(limits: Limits, **asked: Any) -> bool:
    """Tell whether a policy of these limits lets a request of wide terms pass."""
    bound = Bound(by=BoundBy.POLICY, name="00", limits=limits, since=NOW)
    for bounds, allowed in (((), True), ((bound,), None)):
        answer = decide(ask(**asked), stand(WIDE, bounds=bounds), now=NOW)
        if allowed:
            assert isinstance(answer, Permit), answer
    return isinstance(answer, Permit)


@pytest.mark.parametrize("field", ASKED)
def test_a_policy_takes_out_each_word_that_a_request_says(field: str) -> None:
    none: dict[str, Any] = {field: frozenset()}
    assert not _under(Limits(**none), **ASKED[field])
    word = next(iter(ASKED[field].values()))
    named = word if isinstance(word, frozenset) else frozenset({word})
    also = {Delivery.SERVED} if field == "deliveries" else set()
    some: dict[str, Any] = {field: named | also}
    assert _under(Limits(**some), **ASKED[field])


@pytest.mark.parametrize("never", TURNED_ON)
def test_a_policy_takes_out_each_toggle_that_a_request_needs(never: Never) -> None:
    assert not _under(Limits(never=frozenset({never})), **TURNED_ON[never])
    assert _under(Limits(never=frozenset({never})))


@pytest.mark.parametrize(
    "asked", [{"methods": frozenset({Method.HOST_AGENT})}, {"models": frozenset({"other"})}]
)
def test_a_method_or_model_that_was_not_signed_is_refused(asked: dict[str, Any]) -> None:
    answer = decide(ask(**asked), stand(WIDE), now=NOW)
    assert isinstance(answer, Refusal)
    assert answer.code == "method"


def test_values_that_no_gate_could_compare_do_not_exist() -> None:
    wrong: Any = {"callers_at_most": 5}
    refused = (BadInput, Internal, TypeError)
    with pytest.raises(refused):
        Bound(by=BoundBy.POLICY, name="00", limits=wrong, since=NOW)
    with pytest.raises(refused):
        stand(WIDE, bounds=wrong)
    words: dict[str, Any] = {
        "methods": WIDE.methods,
        "kinds": WIDE.kinds,
        "audience": WIDE.audience,
    }
    Processing(purposes=WIDE.purposes, models=WIDE.models, **words)
    with pytest.raises(refused):
        Processing(purposes=wrong, models=WIDE.models, **words)
