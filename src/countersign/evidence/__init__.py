# SPDX-License-Identifier: Apache-2.0
"""Traces: what was said or written, which ranges are whose own words, kept in the vault."""

from countersign.evidence import tables
from countersign.evidence.forget import CONTEXT_KEPT, forget_context
from countersign.evidence.keep import NORMALIZER, Kept, keep
from countersign.evidence.portable import restore_traces, trace_lines
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
    "CONTEXT_KEPT",
    "NORMALIZER",
    "Author",
    "Conversation",
    "Kept",
    "KeptTrace",
    "Link",
    "Range",
    "Record",
    "Reject",
    "Skip",
    "Trace",
    "authors",
    "conversations",
    "forget_context",
    "keep",
    "own_traces",
    "rejoin",
    "restore_traces",
    "tables",
    "trace_lines",
    "traces_by_id",
]
