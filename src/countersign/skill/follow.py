# SPDX-License-Identifier: Apache-2.0
"""Follow a signer's chain of bindings from the keys that are pinned to those that count today.

What is proven and what is asked:
- A key that a key in use added or rotated in is taken: every pinned key stands in the chain, and
  each record of it names the one before, so the pinned key itself signed for what came earlier.
- A re-binding is taken after its delay if the representative who announced it is pinned here;
  else, and in every other case of another key, it is shown and refused until confirmed.
- A chain that is shorter than the one seen before, or differs from it, is refused: somebody cut
  off the record that ended a key.
- A level counts where the key that attested it is pinned for whoever attested; else the key is
  self-asserted here, whatever its record says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from countersign.clock import to_seconds
from countersign.errors import Conflict, NotVerified
from countersign.people import Binding, BoundKey, IdentityLevel, Reason, read_chain, windows
from countersign.skill.trust import ChainSeen, Trust, TrustedKey, key_changed


@dataclass(frozen=True, slots=True)
class Followed:
    """The trust after following a chain, and the records that were not seen before: show them."""

    trust: Trust
    news: tuple[Binding, ...]


def follow(
    trust: Trust,
    subject: str,
    envelopes: Sequence[bytes],
    *,
    now: datetime,
    confirmed: bool = False,
) -> Followed:
    """Return `trust` with the keys that this signer's chain proves.

    The first time, the chain is pinned as it is. Raises `NotVerified` for a chain that does not
    hold or lacks what was seen before, `Conflict` for a key that nothing pinned proves.
    """
    chain = read_chain(tuple(envelopes), subject)
    if not chain:
        raise NotVerified("No key of this signer was shown.", remedy="Get its chain from the hub.")
    known = _known(trust, subject, chain)
    keys = windows(chain, subject)
    if trust.keys_of(subject) and not confirmed:
        _check_pinned(trust, subject, keys)
        _check_rebound(trust, subject, chain, now)
    kept = [k for k in trust.keys if k.subject != subject]
    taken = [
        TrustedKey(subject, k.public, _level(trust, chain, k, now), k.since, k.until)
        for k in keys
        if k.since <= to_seconds(now)  # an announced key may still be cancelled
    ]
    ordered = tuple(sorted([*kept, *taken], key=lambda k: (k.subject, k.since, k.public)))
    seen = {**trust.chains, subject: ChainSeen(len(chain), chain[-1].digest)}
    return Followed(replace(trust, keys=ordered, chains=seen), chain[known:])


def _known(trust: Trust, subject: str, chain: tuple[Binding, ...]) -> int:
    """Return how many records of the chain were seen before."""
    seen = trust.chains.get(subject)
    if seen is None:
        return 0
    if seen.number > len(chain) or chain[seen.number - 1].digest != seen.digest:
        raise NotVerified(
            f"The key bindings of {subject} are not those that were seen before.",
            why=f"{seen.number} records were seen; one of them was taken out or replaced.",
            remedy="Do not install from there; ask the signer, and show somebody your trust.json.",
        )
    return seen.number


def _check_pinned(trust: Trust, subject: str, keys: frozenset[BoundKey]) -> None:
    shown = {k.public for k in keys}
    for pinned in trust.keys_of(subject):
        if pinned.public not in shown:
            newest = max(keys, key=lambda k: (k.since, k.public))
            raise key_changed(subject, pinned.public.keyid, newest.public.keyid)


def _check_rebound(trust: Trust, subject: str, chain: tuple[Binding, ...], now: datetime) -> None:
    pinned = {k.public for k in trust.keys_of(subject)}
    for b in chain:
        by = b.by
        if b.reason is not Reason.REBOUND or by is None or b.public in pinned:
            continue
        if b.since == b.until or now < b.since:  # cancelled, or not in effect yet
            continue
        if by.public not in {k.public for k in trust.keys_of(by.id, at=to_seconds(b.at))}:
            raise Conflict(
                "A lost key was replaced, and the representative who announced it is not known here.",
                why=f"{by.id} announced it on {b.at:%Y-%m-%d}; it counts since {b.since:%Y-%m-%d}.",
                remedy="Ask the signer by another way; then confirm the new key.",
            )


def _level(trust: Trust, chain: tuple[Binding, ...], key: BoundKey, now: datetime) -> str:
    order = list(IdentityLevel)
    shown = [
        b.level
        for b in chain
        if b.public == key.public and b.since <= now and b.by is not None and b.since != b.until
        if b.by.public in {k.public for k in trust.keys_of(b.by.id, at=to_seconds(b.at))}
    ]
    return max(shown, key=order.index, default=order[0]).value
