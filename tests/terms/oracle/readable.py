# SPDX-License-Identifier: Apache-2.0
"""Whether a request and a standing hold what their types say: "what cannot be read is refused"."""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import datetime
from typing import Any

from countersign.people import IdentityLevel
from countersign.terms import (
    Act,
    Assessment,
    Attribution,
    Benefit,
    Bound,
    BoundBy,
    Delivery,
    HandOffHours,
    Limits,
    OnLeaving,
    Processing,
    Profile,
    Representation,
    Request,
    Standing,
    State,
    Terms,
)

Reads = Callable[[Any], bool]


def _is(kind: type) -> Reads:
    return lambda value: type(value) is kind


def _moment(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None


def _moment_or_none(value: object) -> bool:
    return value is None or _moment(value)


def _words(value: object) -> bool:
    return isinstance(value, Set) and all(isinstance(word, str) for word in value)


def _words_or_none(value: object) -> bool:
    return value is None or _words(value)


def _number_or_none(value: object) -> bool:
    return value is None or type(value) is int


_LIMITS: dict[str, Reads] = {
    **dict.fromkeys(
        (
            *("purposes", "audience", "sources", "kinds", "deliveries"),
            *("methods", "models", "regions", "endpoints"),
        ),
        _words_or_none,
    ),
    **dict.fromkeys(
        (
            *("term_days_at_most", "callers_at_most", "hand_offs_at_most"),
            "cooling_off_hours_at_least",
        ),
        _number_or_none,
    ),
    "profile_at_least": lambda value: value is None or type(value) is Profile,
    "identity_at_least": lambda value: value is None or type(value) is IdentityLevel,
    "benefits_at_least": lambda value: all(isinstance(b, Benefit) for b in value),
    "never": _words,
    "always": _words,
}


_TERMS: dict[str, Reads] = {
    **dict.fromkeys(
        (
            *("purposes", "audience", "sources", "kinds"),
            *("methods", "models", "endpoints"),
        ),
        _words,
    ),
    **dict.fromkeys(
        (
            *("zero_chosen_by_person", "cooling_off_chosen_by_person", "training", "persona"),
            *("public_release", "cross_border", "sensitive", "quote_documents", "countersigned"),
        ),
        _is(bool),
    ),
    **dict.fromkeys(
        ("term_days", "callers_at_most", "hand_offs_per_week", "cooling_off_hours", "v"),
        _is(int),
    ),
    "delivery": _is(Delivery),
    "attribution": _is(Attribution),
    "on_leaving": _is(OnLeaving),
    "hand_off_hours": _is(HandOffHours),
    "represented_by": _is(Representation),
    "profile": _is(Profile),
    "identity_at_least": _is(IdentityLevel),
    "region": _is(str),
    "benefits": lambda value: all(isinstance(b, Benefit) for b in value),
}


def _terms(value: object) -> bool:
    return isinstance(value, Terms) and all(
        reads(getattr(value, field)) for field, reads in _TERMS.items()
    )


def _bounds(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(bound, Bound)
        and type(bound.by) is BoundBy
        and isinstance(bound.limits, Limits)
        and _moment(bound.since)
        and _moment_or_none(bound.until)
        and all(reads(getattr(bound.limits, field)) for field, reads in _LIMITS.items())
        for bound in value
    )


def _processing(value: object) -> bool:
    return value is None or (
        isinstance(value, Processing)
        and all(
            _words(words)
            for words in (
                *(value.purposes, value.methods, value.kinds),
                *(value.audience, value.models),
            )
        )
    )


_REQUEST: dict[str, Reads] = {
    "act": _is(Act),
    **dict.fromkeys(
        (
            *("actor", "party", "purpose", "audience", "delivery"),
            *("region", "endpoint", "vault_of"),
        ),
        lambda value: isinstance(value, str),
    ),
    **dict.fromkeys(("kinds", "sources", "methods", "models", "claims", "topics"), _words),
    **dict.fromkeys(("training", "persona", "sensitive", "cross_border"), _is(bool)),
    "callers": _is(int),
}
_STANDING: dict[str, Reads] = {
    "person": _is(str),
    "party": _is(str),
    "terms": _terms,
    "starts": _moment,
    "expires": _moment,
    "missing": _is(tuple),
    "signed_at": _moment_or_none,
    "items": _words,
    "state": _is(State),
    "withdrawn": _words,
    "assessment": _is(Assessment),
    "person_level": _is(IdentityLevel),
    "bounds": _bounds,
    "processing": _processing,
    **dict.fromkeys(("undertaken", "represented", "noticed"), _is(bool)),
    **dict.fromkeys(
        ("persona_until", "left_at", "transferred_at", "incapable_at"), _moment_or_none
    ),
}


def readable_request(request: object, now: object) -> bool:
    """Tell whether every field of `request` is of its type, and `now` a time with its offset."""
    return (
        isinstance(request, Request)
        and _moment(now)
        and all(reads(getattr(request, field)) for field, reads in _REQUEST.items())
    )


def readable_standing(standing: object) -> bool:
    """Tell whether every field of `standing` that a rule may ask for is of its type."""
    return isinstance(standing, Standing) and all(
        reads(getattr(standing, field)) for field, reads in _STANDING.items()
    )
