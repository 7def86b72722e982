# SPDX-License-Identifier: Apache-2.0
"""The one source of contract clauses: each has an id and says the same in every language.

`contract.py` renders them; the ids stand in the signed records. `rights` names the clauses of the
rights page that a contract clause serves; `covers` the fields of the terms that it alone puts into
words, so that together they are every field. Texts are templates: a lawyer must check them.
"""

from __future__ import annotations

from countersign.terms.terms import Terms
from countersign.terms.text.bonds import bonds
from countersign.terms.text.content import content
from countersign.terms.text.facts import Clause, Facts
from countersign.terms.text.leaving import leaving
from countersign.terms.text.lifetime import lifetime
from countersign.terms.text.parties import parties, protection
from countersign.terms.text.use import use
from countersign.terms.text.v1_clauses import clauses_v1


def clauses(t: Terms, f: Facts) -> tuple[Clause, ...]:
    """Return the clauses of the contract in order; a grant to oneself has the shorter list.

    Terms of version 1 keep the clauses under which they were signed.
    """
    if t.v == 1:
        return clauses_v1(t, f)
    common = (parties(t, f), *content(t), *use(t), *lifetime(t, f))
    return common if f.to_self else (*common, *bonds(t), *leaving(t, f), *protection(t, f))
