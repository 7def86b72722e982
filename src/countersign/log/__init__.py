# SPDX-License-Identifier: Apache-2.0
"""Append-only log of salted commitments: append, publish as a folder, prove, verify (C2SP)."""

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
from countersign.log.tables import log_head, log_leaf, log_node
from countersign.log.tlog_proof import TlogProof
from countersign.log.verify import ProvenAt, Step, verify_folder, verify_logged, verify_proof

__all__ = [
    "BATCH",
    "EMPTY_ROOT",
    "Checkpoint",
    "Frontier",
    "Head",
    "LogSigner",
    "Note",
    "Paper",
    "Policy",
    "PolicyGroup",
    "PolicyLog",
    "PolicyWitness",
    "ProvenAt",
    "Random",
    "Step",
    "TlogProof",
    "VerifierKey",
    "append",
    "consistency",
    "consistency_in",
    "consistency_proof",
    "consistent",
    "cosign",
    "head",
    "inclusion",
    "inclusion_proof",
    "is_leaf",
    "leaf_for",
    "leaf_hash",
    "log_head",
    "log_leaf",
    "log_node",
    "node_hash",
    "open_checkpoint",
    "paper_of",
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
