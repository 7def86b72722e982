# SPDX-License-Identifier: Apache-2.0
"""What uses are worth: receipts now; shares, statements and books build on them."""

from countersign.settle import tables
from countersign.settle.credit import (
    Credit,
    count_uses,
    read_credit,
    topics_of,
    verify_credit,
)
from countersign.settle.credit_page import credit_page
from countersign.settle.receipt import Identified, Receipt, SeenUse, Use, uses_of, write_receipt
from countersign.settle.tally import Tally, read_tally, tally

__all__ = [
    "Credit",
    "Identified",
    "Receipt",
    "SeenUse",
    "Tally",
    "Use",
    "count_uses",
    "credit_page",
    "read_credit",
    "read_tally",
    "tables",
    "tally",
    "topics_of",
    "uses_of",
    "verify_credit",
    "write_receipt",
]
