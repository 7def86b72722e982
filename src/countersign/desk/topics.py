# SPDX-License-Identifier: Apache-2.0
"""Topics of the person's own claims: named outside the vault by keyed marks alone.

A topic is made of the person's words, so a signed record names it by a mark that only this vault
can compute, and by the ids of the claims it covers, so that others can act on it.
"""

from __future__ import annotations

from collections.abc import Collection

from countersign.claims import Accepted, claims
from countersign.people import Vault
from countersign.skill import goes


def topic_mark(vault: Vault, topic: str) -> str:
    """Return the part that stands for a topic in a record."""
    return f"topic:{vault.mark('topic', _plain(topic)).hex()[:32]}"


def topic_parts(vault: Vault, topic: str) -> frozenset[str]:
    """Return the mark of a topic and the claims of the vault that it covers; empty for none."""
    covered = {f"claim:{v.id}" for v in claims(vault) if _plain(topic) in _terms(v.topic)}
    return frozenset({topic_mark(vault, topic), *covered}) if covered else frozenset()


def left_in(vault: Vault, found: Collection[Accepted], parts: Collection[str]) -> list[Accepted]:
    """Return the approved claims that no part taken back covers, for good under that grant."""
    topics = any(part.startswith("topic:") for part in parts)
    return [
        a
        for a in found
        if not goes(a.id, a.kind, a.sources, parts)
        and not (topics and any(topic_mark(vault, t) in parts for t in _terms(a.topic)))
    ]


def _terms(topic: str) -> list[str]:
    return [_plain(term) for term in topic.split(", ")] + [_plain(topic)]


def _plain(topic: str) -> str:
    return " ".join(topic.casefold().split())
