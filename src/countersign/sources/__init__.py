# SPDX-License-Identifier: Apache-2.0
"""The sources room."""

from countersign.sources.mbox import looks_like_mbox, read_mbox

__all__ = ["looks_like_mbox", "read_mbox"]
