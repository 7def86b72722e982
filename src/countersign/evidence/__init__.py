# SPDX-License-Identifier: Apache-2.0
"""Traces: what was said or written, which ranges are whose own words, kept in the vault."""

from countersign.evidence import tables
from countersign.evidence.forget import CONTEXT_KEPT, forget_context, oldest_context
from countersign.evidence.keep import NORMALIZER, Kept, keep
from countersign.evidence.objecting import OBJECTION
from countersign.evidence.objections import (
    BLANK,
    LeftOut,
    Objection,
    apply_objections,
    drop_objection,
    object_to,
    objections,
)
from countersign.evidence.portable import restore_traces, trace_lines
from countersign.evidence.private import private_kind, without_private
from countersign.evidence.read import (
    Author,
    Link,
    authors,
    conversations,
    own_traces,
    rejoin,
    traces_by_id,
)
from countersign.evidence.trace import (
    Conversation,
    KeptTrace,
    Range,
    Record,
    Reject,
    Skip,
    Trace,
)

__all__ = [
    "BLANK",
    "CONTEXT_KEPT",
    "NORMALIZER",
    "OBJECTION",
    "Author",
    "Conversation",
    "Kept",
    "KeptTrace",
    "LeftOut",
    "Link",
    "Objection",
    "Range",
    "Record",
    "Reject",
    "Skip",
    "Trace",
    "apply_objections",
    "authors",
    "conversations",
    "drop_objection",
    "forget_context",
    "keep",
    "object_to",
    "objections",
    "oldest_context",
    "own_traces",
    "private_kind",
    "rejoin",
    "restore_traces",
    "tables",
    "trace_lines",
    "traces_by_id",
    "without_private",
]
