# SPDX-License-Identifier: Apache-2.0
"""Answering at size: 100,000 claims over 100 skills, durable receipts, and withdrawal to denial.

The hub is real: 100 persons, 100 agreements signed by both sides, every text sealed under its own
key. Claims and questions are made from a seeded vocabulary with a natural (Zipf) spread, a fifth
of them Chinese; the same questions each run.
"""

from __future__ import annotations

import itertools
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from countersign import desk
from countersign.claims import Accepted, Evidence, find_flags
from countersign.desk.answer import Caller
from countersign.desk.logbook import log_signed
from countersign.errors import NotAllowed
from countersign.ids import ClaimId, PartyId, PersonId, ReleaseId, fresh
from countersign.people import Hub, IdentityLevel, add_card, bind_key
from countersign.seal import SigningKey, sha256_hex
from countersign.skill import Draft, build, index_release, store_release
from countersign.terms import (
    Item,
    Kind,
    OfferState,
    keep_record,
    load_terms,
    make_offer,
    preset_text,
    records,
    sign_offer,
    withdraw,
)

SKILLS, CLAIMS, QUESTIONS, SEED = 100, 1000, 2000, 20261123
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Row = tuple[str, str, str]


class Words:
    """A seeded vocabulary: latin words and Han pairs with Zipf weights."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        onset, vowel = (
            "b br c ch d dr f g gr k l m n p pl r s st t tr v w".split(),
            "a e i o u ai ea".split(),
        )
        made = {
            "".join(rng.choice(onset) + rng.choice(vowel) for _ in range(n))
            for n in (2, 3)
            for _ in range(9000)
        }
        self.latin = sorted(made)
        rng.shuffle(self.latin)
        self.han = [
            chr(rng.randrange(0x4E00, 0x5FFF)) + chr(rng.randrange(0x4E00, 0x5FFF))
            for _ in range(4000)
        ]
        self.latin_weights = list(
            itertools.accumulate(1 / (k + 10) for k in range(len(self.latin)))
        )
        self.han_weights = list(itertools.accumulate(1 / (k + 10) for k in range(len(self.han))))

    def text(self, n: int) -> str:
        """Return a sentence of `n` content words."""
        made = self._text(n)
        return made if not find_flags(made) else self.text(n)

    def _text(self, n: int) -> str:
        if self.rng.random() < 0.2:
            return "".join(self.rng.choices(self.han, cum_weights=self.han_weights, k=n)) + "。"
        return " ".join(self.rng.choices(self.latin, cum_weights=self.latin_weights, k=n)) + "."


def terms_text() -> str:
    """Return the my-team preset with a zero cooling-off chosen by the person."""
    return preset_text("my-team").replace(
        "cooling_off_hours = 48", "cooling_off_hours = 0\ncooling_off_chosen_by_person = true"
    )


def build_hub(
    folder: Path, *, skills: int, claims: int
) -> tuple[desk.Home, Caller, list[str], list[tuple[SigningKey, OfferState]]]:
    """Fill a fresh hub; returns it, a caller, all texts, and each person's key with the agreement."""
    home = desk.Home(folder / "home")
    home.create()
    (folder / "terms.toml").write_text(terms_text(), encoding="utf-8")
    terms = load_terms(folder / "terms.toml")
    words, party = Words(random.Random(SEED)), PartyId(fresh("o"))
    texts: list[str] = []
    signed: list[tuple[SigningKey, OfferState]] = []
    party_key = SigningKey.generate()
    with home.hub.db.write() as c:
        add_card(c, id=party, label="team", name="Team", is_party=True, now=NOW)
        bind_key(c, subject=party, key=party_key, level=IdentityLevel.SELF_ASSERTED, now=NOW)
    for number in range(skills):
        key, person = SigningKey.generate(), PersonId(fresh("p"))
        with home.hub.db.write() as c:
            add_card(
                c, id=person, label=f"p{number}", name=f"Person {number}", is_party=False, now=NOW
            )
            bind_key(c, subject=person, key=key, level=IdentityLevel.SELF_ASSERTED, now=NOW)
            offer = make_offer(c, party=party, person=person, terms=terms, now=NOW)
            sign_offer(c, offer.id, signer=person, key=key, items=[Item.SHORT_COOLING_OFF], now=NOW)
            offer = sign_offer(c, offer.id, signer=party, key=party_key, now=NOW)
        made = [_claim(words) for _ in range(claims)]
        texts += [claim.text for claim in made]
        _release(home.hub, offer, key, f"skill-{number}", tuple(made))
        signed.append((key, offer))
    caller = desk.open_caller(home.hub, "bench", party="team", now=NOW)
    return home, caller, texts, signed


def _claim(words: Words) -> Accepted:
    text = words.text(words.rng.randint(8, 24))
    evidence = Evidence(sha256_hex(text.encode()), NOW, "mail")
    return Accepted(
        id=ClaimId(fresh("c")),
        kind=Kind.RULE,
        topic=words.text(2).rstrip(".。"),
        text=text,
        digest=sha256_hex(text.encode()),
        first_at=NOW,
        last_at=NOW,
        support=1,
        sources=frozenset({"mail"}),
        evidence=(evidence,),
        sheet=sha256_hex(b"sheet"),
    )


def _release(
    hub: Hub, offer: OfferState, key: SigningKey, name: str, claims: tuple[Accepted, ...]
) -> None:
    with hub.db.write() as c:
        agreed = next(r for r in records(c, offer.grant_digest) if r.kind == "agreement")
        draft = Draft(
            name=name,
            title=name,
            description="",
            byline="Somebody",
            identity_level="self-asserted",
            person=PersonId(offer.person),
            party=PartyId(offer.party),
            agreement=offer.agreement_id,
            agreement_digest=agreed.digest,
            grant_digest=offer.grant_digest,
            review_sheets=(claims[0].sheet,),
            terms=offer.terms,
            claims=claims,
            release=ReleaseId(fresh("r")),
            version=1,
            released_at=NOW,
            valid_until=offer.expires,
        )
        package = build(draft, sign_with=key, nonce=os.urandom(32))
        store_release(c, draft, package, keys=hub.keys)
        keep_record(c, package.release, grant=offer.grant_digest, now=NOW)
        log_signed(c, now=NOW)
    index_release(hub.index, draft)


def questions(texts: list[str], n: int) -> Iterator[str]:
    """Yield questions made of words of one text each, and a tenth of words of none."""
    rng = random.Random(SEED + 1)
    for _ in range(n):
        text = rng.choice(texts).rstrip(".。")
        if " " in text:
            found = text.split(" ")
            yield (
                "how do we " + " ".join(rng.sample(found, min(len(found), rng.randint(3, 6)))) + "?"
            )
        else:
            start = 2 * rng.randrange(len(text) // 4)
            yield text[start : start + 8] + "怎么办？"


def rows(*, skills: int = SKILLS, claims: int = CLAIMS, asked: int = QUESTIONS) -> list[Row]:
    """Return (name, value, comment) for each measure."""
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        home, caller, texts, signed = build_hub(Path(name), skills=skills, claims=claims)
        built = time.perf_counter() - started
        made = _asking(home.hub, caller, list(questions(texts, asked)))
        size = sum(p.stat().st_size for p in (Path(name) / "home").rglob("*") if p.is_file())
        comment = f"{skills * claims:,} claims over {skills} skills, {size / 1e6:.0f} MB, built in {built:.0f} s"
        gone = _withdrawing(home, caller, texts, signed)
        home.close()
    return [*made, ("hub of the rows above", comment, ""), *gone]


def _asking(hub: Hub, caller: Caller, asked: list[str]) -> list[Row]:
    for question in asked[:50]:
        desk.ask(hub, caller, question, now=NOW)
    taken, answered = [], 0
    for question in asked:
        started = time.perf_counter()
        answered += desk.ask(hub, caller, question, now=NOW).receipt is not None
        taken.append(time.perf_counter() - started)
    taken.sort()
    p50, p99 = taken[len(taken) // 2] * 1e3, taken[int(len(taken) * 0.99)] * 1e3
    return [
        (
            "desk.answer p50 / p99",
            f"{p50:.2f} / {p99:.2f} ms",
            "in process, durable receipt, all skills asked at once",
        ),
        ("  answered", f"{answered} of {len(asked)}", "the rest said the neutral gap line"),
    ]


def _withdrawing(
    home: desk.Home, caller: Caller, texts: list[str], signed: list[tuple[SigningKey, OfferState]]
) -> list[Row]:
    key, offer = signed[0]
    started = time.perf_counter()
    with home.hub.db.write() as c:
        withdraw(c, agreement_id=offer.agreement_id, key=key, by=offer.person, now=NOW)
        log_signed(c, now=NOW)
    try:
        desk.ask(home.hub, caller, texts[0], skill="skill-0", now=NOW + timedelta(seconds=1))
        raise AssertionError("answered after withdrawal")
    except NotAllowed:
        denied = time.perf_counter() - started
    started = time.perf_counter()
    desk.erase_ordered(home.hub, now=NOW)
    erased = time.perf_counter() - started
    return [
        (
            "withdrawal to denial",
            f"{denied * 1e3:.1f} ms",
            "signed record, leaf, state; the next question refused",
        ),
        ("erasing a skill", f"{erased:.2f} s", "keys, rows, index, logs, receipt"),
    ]


if __name__ == "__main__":
    for row in rows():
        print(*row, sep="  |  ")
