# SPDX-License-Identifier: Apache-2.0
"""`Request`: one act that somebody wants to do; the first argument of `decide`."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.terms.terms import HERE
from countersign.terms.words import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who wants to do what, for whom and why. Made per request, from what the door authenticated.

    Texts are allowed where words of the closed sets are meant, since they come from outside: an
    unknown one is refused, never an error. Empty means "not said" and is refused wherever the act
    needs it. `party` is in whose name the actor asks; `callers` is how many callers that party
    has; `vault_of` says that the act stays inside this person's own vault; `endpoint` is the
    remote model that would see texts, empty for none; `methods` and `models` are how and with
    which families of models words are worked on; `claims` and `topics` (marks) are what is used.
    """

    act: Act
    actor: str
    party: str = ""
    purpose: str = ""
    audience: str = ""
    delivery: str = ""
    kinds: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    training: bool = False
    persona: bool = False
    sensitive: bool = False
    cross_border: bool = False
    region: str = HERE
    endpoint: str = ""
    callers: int = 1
    vault_of: str = ""
    methods: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
