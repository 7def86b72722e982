# SPDX-License-Identifier: Apache-2.0
"""What uses are worth: receipts now; shares, statements and books build on them."""

from countersign.settle import tables
from countersign.settle.receipt import Identified, Receipt, SeenUse, Use, uses_of, write_receipt
from countersign.settle.tally import Tally, read_tally, tally

__all__ = [
    "Identified",
    "Receipt",
    "SeenUse",
    "Tally",
    "Use",
    "read_tally",
    "tables",
    "tally",
    "uses_of",
    "write_receipt",
]
