"""A company's policy narrows what agreements allow, and never widens anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.errors import BadInput, NotAllowed, NotFound, NotVerified
from countersign.seal import sha256_hex, sign
from countersign.terms import (
    Bound,
    BoundBy,
    Limits,
    Never,
    Permit,
    Policy,
    Purpose,
    Refusal,
    Source,
    bounds_of,
    decide,
    keep_record,
    kept_text,
    load_policy,
    newest_policy,
    policies,
    preset,
    sign_policy,
    standing,
)
from tests.terms.council import ALL_KEYS, DAY, PUPPET, works
from tests.terms.scene import (
    ACME,
    KEYS,
    LATER,
    LIN,
    NOW,
    OTHER,
    ask,
    offered,
    signed,
    some_terms,
    stand,
)
from tests.terms.test_limits import LIMITS

FILES = Path(__file__).parents[1] / "files" / "floors"
NARROW = Limits(purposes=frozenset({Purpose.ONBOARD}))


def policy(limits: Limits = NARROW, **changes: Any) -> Policy:
    """Return a policy not yet numbered or signed."""
    said: dict[str, Any] = {"version": 0, "party": "", "since": NOW, "until": None}
    return Policy(**(said | changes), limits=limits)


def put(c: Any, made: Policy, party: str = ACME, now: datetime = NOW) -> str:
    """Sign a policy as a party and return its record's digest."""
    return sign_policy(c, made, about={}, party=party, key=KEYS[party], now=now).digest


@settings(max_examples=400)
@given(seed=st.integers(0, 2**32), most=LIMITS)
def test_adding_a_policy_never_turns_a_refusal_into_a_permit(seed: int, most: Limits) -> None:
    dice = Random(seed)  # noqa: S311
    terms = some_terms(dice)
    before = stand(terms)
    request = ask(
        purpose=dice.choice(["", "onboard", "answer-questions", "train-models"]),
        kinds=frozenset(dice.sample(sorted(terms.kinds), 1)),
        sources=frozenset(dice.sample(sorted(terms.sources), 1)),
        region=terms.region,
    )
    bound = Bound(by=BoundBy.POLICY, name="x", limits=most, since=NOW)
    after = replace(before, bounds=(bound,))
    if isinstance(decide(request, before, now=NOW), Refusal):
        assert isinstance(decide(request, after, now=NOW), Refusal)


def test_a_signed_policy_refuses_what_it_leaves_out_and_lets_pass_what_it_names(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        put(c, policy())
        refused = decide(ask(), standing(c, under), now=LATER)
        assert isinstance(refused, Refusal)
        assert refused.code == "policy"
        onboard = decide(ask(purpose=Purpose.ONBOARD), standing(c, under), now=LATER)
        assert isinstance(onboard, Permit)


def test_a_policy_alone_permits_nothing_and_hinders_no_offer(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        put(c, policy(Limits()))
        offer = offered(c)
        refused = decide(ask(), standing(c, offer.agreement_id), now=LATER)
        assert isinstance(refused, Refusal)
        assert refused.code == "missing-signature"


@pytest.mark.parametrize("from_", [NOW + DAY, NOW - 9 * DAY], ids=["later", "back-dated"])
def test_a_later_wider_policy_does_not_touch_what_was_offered_under_the_narrower(
    tmp_path: Path, from_: datetime
) -> None:
    with works(tmp_path) as c:
        put(c, policy())
        under = signed(c)
        put(c, policy(Limits(), since=from_), now=NOW + DAY)
        refused = decide(ask(), standing(c, under), now=LATER)
        assert isinstance(refused, Refusal)
        assert refused.code == "policy"


def test_a_later_narrower_policy_narrows_what_was_offered_before(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        put(c, policy(Limits()))
        under = signed(c)
        assert isinstance(decide(ask(), standing(c, under), now=LATER), Permit)
        put(c, policy())
        assert isinstance(decide(ask(), standing(c, under), now=LATER), Refusal)


def test_an_offer_made_after_a_wider_policy_follows_the_wider(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        put(c, policy())
        put(c, policy(Limits()))
        names = [b.limits for b in bounds_of(c, person=LIN, party=ACME, at=NOW + DAY)]
        assert names == [Limits()]


def test_another_partys_policy_or_a_forged_one_binds_nobody(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        put(c, policy(), party=OTHER)
        forged = policy(version=1, party=ACME).statement()
        keep_record(c, sign(forged, ALL_KEYS[PUPPET]), grant=ACME, now=NOW)
        assert bounds_of(c, person=LIN, party=ACME, at=NOW) == ()
        with pytest.raises(NotAllowed, match="not bound to that signer"):
            sign_policy(c, policy(), about={}, party=ACME, key=KEYS[OTHER], now=NOW)
        with pytest.raises(BadInput, match="a party's own"):
            sign_policy(c, policy(), about={}, party=LIN, key=KEYS[LIN], now=NOW)


def test_a_policy_that_cannot_be_read_allows_nothing(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        under = signed(c)
        strange = policy(version=1, party=ACME).statement()
        strange = replace(strange, predicate={**strange.predicate, "quantum": 1})
        keep_record(c, sign(strange, KEYS[ACME]), grant=ACME, now=NOW)
        with pytest.raises(NotVerified, match="policy"):
            standing(c, under)


def test_policies_are_numbered_one_after_the_other(tmp_path: Path) -> None:
    with works(tmp_path) as c:
        with pytest.raises(NotFound):
            newest_policy(c, party=ACME)
        for _ in range(3):
            put(c, policy())
        assert [s.policy.version for s in policies(c, party=ACME)] == [1, 2, 3]
        assert newest_policy(c, party=ACME).policy.version == 3


def test_the_public_promise_begins_with_its_one_sentence_and_is_what_was_signed(
    tmp_path: Path,
) -> None:
    with works(tmp_path) as c:
        made, about = load_policy(FILES / "policy_acme.toml", now=NOW)
        state = sign_policy(c, made, about=about, party=ACME, key=KEYS[ACME], now=NOW)
        texts = {lang: kept_text(c, digest) for lang, digest in state.policy.texts}
        assert "We never distill a colleague without their signature." in texts["en"]
        assert "未经本人签署，我们不炼化任何同事。" in texts["zh"]
        assert "Never: training of models." in texts["en"]
        assert "ask@acme.example" in texts["en"]
        assert "[" not in texts["en"].split("## ")[0].replace("[promise]", "")
        subjects = dict(state.policy.statement().subjects)
        assert subjects["en"] == sha256_hex(texts["en"].encode())


def test_a_policy_file_says_what_a_file_of_limits_says() -> None:
    made, about = load_policy(FILES / "policy_acme.toml", now=NOW)
    assert made.limits.never == {Never.TRAINING, Never.PERSONA}
    assert made.limits.sources == frozenset({Source.DOCUMENTS, Source.NOTES})
    assert set(about) == {"contact", "representative", "authority"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contact = 3\n", "contacts are texts"),
        ("series = 'x'\n", "series"),
        ("from = 2027-01-02T00:00:00Z\nuntil = 2027-01-01T00:00:00Z\n", "before the beginning"),
    ],
)
def test_a_policy_file_that_is_unclear_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as e:
        load_policy(path, now=NOW)
    assert says in str(e.value)


def test_a_preset_is_not_widened_by_any_policy_of_its_own() -> None:
    team = preset("my-team")
    bound = Bound(
        by=BoundBy.POLICY, name="x", limits=Limits(purposes=frozenset(Purpose)), since=NOW
    )
    refused = decide(ask(purpose=Purpose.HAND_OVER), stand(team, bounds=(bound,)), now=NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == "purpose"
