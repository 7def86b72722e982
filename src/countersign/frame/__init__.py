# SPDX-License-Identifier: Apache-2.0
"""Pure stages over many records, in one process or several. Knows no domain words."""

from countersign.frame.run import batches, run

__all__ = ["batches", "run"]
