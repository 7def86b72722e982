# SPDX-License-Identifier: Apache-2.0
"""Claims, grounded by construction, and the person's decisions on each of them."""

from countersign.claims import tables
from countersign.claims.claim import Citation, Proposal
from countersign.claims.decision import Decision, Held, Verdict
from countersign.claims.flags import PRIVATE, find_flags
from countersign.claims.judge import (
    Accepted,
    Evidence,
    accepted,
    first_review,
    judge,
    last_review,
    sheet_digests,
)
from countersign.claims.masking import mask
from countersign.claims.portable import (
    claim_lines,
    decision_lines,
    read_decision,
    restore_claims,
    sheet_lines,
)
from countersign.claims.propose import claim_id, propose
from countersign.claims.todo import one_line, read_todo, write_todo
from countersign.claims.view import CitationView, ClaimView, claims

__all__ = [
    "PRIVATE",
    "Accepted",
    "Citation",
    "CitationView",
    "ClaimView",
    "Decision",
    "Evidence",
    "Held",
    "Proposal",
    "Verdict",
    "accepted",
    "claim_id",
    "claim_lines",
    "claims",
    "decision_lines",
    "find_flags",
    "first_review",
    "judge",
    "last_review",
    "mask",
    "one_line",
    "propose",
    "read_decision",
    "read_todo",
    "restore_claims",
    "sheet_digests",
    "sheet_lines",
    "tables",
    "write_todo",
]
