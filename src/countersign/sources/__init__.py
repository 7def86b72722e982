# SPDX-License-Identifier: Apache-2.0
"""Readers: bytes of a platform's export become records (Trace, Skip, Reject), streaming."""

from countersign.sources.detect import SOURCES, detect, read
from countersign.sources.mbox import looks_like_mbox, read_mbox
from countersign.sources.notes import read_notes, read_paste
from countersign.sources.slack import read_slack
from countersign.sources.threads import Link, bare_subject, link_of, thread

__all__ = [
    "SOURCES",
    "Link",
    "bare_subject",
    "detect",
    "link_of",
    "looks_like_mbox",
    "read",
    "read_mbox",
    "read_notes",
    "read_paste",
    "read_slack",
    "thread",
]
