# SPDX-License-Identifier: Apache-2.0
"""Traces: what was said or written, which ranges are whose own words, kept in the vault."""

from countersign.evidence.trace import (
    Conversation,
    KeptTrace,
    Range,
    Record,
    Reject,
    Skip,
    Trace,
)

__all__ = ["Conversation", "KeptTrace", "Range", "Record", "Reject", "Skip", "Trace"]
