# SPDX-License-Identifier: Apache-2.0
"""What uses are worth: receipts now; shares, statements and books build on them."""

from countersign.settle import tables
from countersign.settle.close import CALLERS_KEPT, close, forget_callers
from countersign.settle.credit import (
    Credit,
    count_uses,
    read_credit,
    topics_of,
    verify_credit,
)
from countersign.settle.credit_page import credit_page
from countersign.settle.receipt import Identified, Receipt, SeenUse, Use, uses_of, write_receipt
from countersign.settle.statement import (
    Line,
    Month,
    note_refused,
    statement_lines,
    statement_of,
)
from countersign.settle.tally import Tally, read_tally, tally
from countersign.settle.told import TELLABLE, check_tells, forget_told, tell_use, told_with

__all__ = [
    "CALLERS_KEPT",
    "TELLABLE",
    "Credit",
    "Identified",
    "Line",
    "Month",
    "Receipt",
    "SeenUse",
    "Tally",
    "Use",
    "check_tells",
    "close",
    "count_uses",
    "credit_page",
    "forget_callers",
    "forget_told",
    "note_refused",
    "read_credit",
    "read_tally",
    "statement_lines",
    "statement_of",
    "tables",
    "tally",
    "tell_use",
    "told_with",
    "topics_of",
    "uses_of",
    "verify_credit",
    "write_receipt",
]
