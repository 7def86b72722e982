# SPDX-License-Identifier: Apache-2.0
"""Append-only log of salted commitments: append, publish as a folder, prove, verify (C2SP)."""

from countersign.log.catch_up import catch_up
from countersign.log.checkpoint import Checkpoint, LogSigner, open_checkpoint
from countersign.log.leaf import Random, is_leaf, leaf_for
from countersign.log.ledger import BATCH, Head, append, head
from countersign.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from countersign.log.note import Note, VerifierKey, cosign, sign_note
from countersign.log.paper import Paper, paper_of, read_words, same_words
from countersign.log.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness
from countersign.log.prove import consistency, inclusion
from countersign.log.reading import consistency_in, consistent, read_checkpoint, root_at
from countersign.log.render import publish
from countersign.log.split import SplitView, check_split, compare
from countersign.log.submit import Asked, Post, ask, gather, post_over_http
from countersign.log.tables import log_head, log_leaf, log_node
from countersign.log.tlog_proof import TlogProof
from countersign.log.verify import ProvenAt, Step, verify_folder, verify_logged, verify_proof
from countersign.log.withdrawals import add_withdrawal, list_withdrawals
from countersign.log.witness import MAX_BODY, Reply, Seen, Submission
from countersign.log.witness_store import (
    Contradiction,
    Witness,
    add_checkpoint,
    contradictions,
    latest,
    list_contradictions,
    make_witness,
    open_witness,
)

__all__ = [
    "BATCH",
    "EMPTY_ROOT",
    "MAX_BODY",
    "Asked",
    "Checkpoint",
    "Contradiction",
    "Frontier",
    "Head",
    "LogSigner",
    "Note",
    "Paper",
    "Policy",
    "PolicyGroup",
    "PolicyLog",
    "PolicyWitness",
    "Post",
    "ProvenAt",
    "Random",
    "Reply",
    "Seen",
    "SplitView",
    "Step",
    "Submission",
    "TlogProof",
    "VerifierKey",
    "Witness",
    "add_checkpoint",
    "add_withdrawal",
    "append",
    "ask",
    "catch_up",
    "check_split",
    "compare",
    "consistency",
    "consistency_in",
    "consistency_proof",
    "consistent",
    "contradictions",
    "cosign",
    "gather",
    "head",
    "inclusion",
    "inclusion_proof",
    "is_leaf",
    "latest",
    "leaf_for",
    "leaf_hash",
    "list_contradictions",
    "list_withdrawals",
    "log_head",
    "log_leaf",
    "log_node",
    "make_witness",
    "node_hash",
    "open_checkpoint",
    "open_witness",
    "paper_of",
    "post_over_http",
    "publish",
    "read_checkpoint",
    "read_words",
    "root",
    "root_at",
    "same_words",
    "sign_note",
    "verify_consistency",
    "verify_folder",
    "verify_inclusion",
    "verify_logged",
    "verify_proof",
]
