# SPDX-License-Identifier: Apache-2.0
"""Claims, grounded by construction, and the person's decisions on each of them."""

from countersign.claims.claim import Citation, Proposal

__all__ = ["Citation", "Proposal"]
