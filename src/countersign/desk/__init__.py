# SPDX-License-Identifier: Apache-2.0
"""One function per verb; the only place where a transaction spans rooms."""

from countersign.claims import ClaimView, write_todo
from countersign.desk.home import Home
from countersign.desk.words import (
    ROUND,
    Added,
    add,
    add_paste,
    add_someone,
    apply_round,
    claim_value,
    distill,
    everybody,
    handles_met,
    has_owner,
    next_round,
    ranked,
    read_round,
    traces,
)
from countersign.people import Person

__all__ = [
    "ROUND",
    "Added",
    "ClaimView",
    "Home",
    "Person",
    "add",
    "add_paste",
    "add_someone",
    "apply_round",
    "claim_value",
    "distill",
    "everybody",
    "handles_met",
    "has_owner",
    "next_round",
    "ranked",
    "read_round",
    "traces",
    "write_todo",
]
