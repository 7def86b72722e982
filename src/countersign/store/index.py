# SPDX-License-Identifier: Apache-2.0
"""The token index of released texts: findable with the key, unreadable and unprobeable without.

A token is the first 8 bytes of HMAC-SHA-256(index key, word), so neither the file nor a backup
tells which words stand in it. Texts live in 32 buckets by their group (the skill): asking every
group is one query over all buckets, and erasing rewrites one bucket into a fresh table and drops
the old one, whose pages `secure_delete` overwrites; deleting rows alone may leave copies of moved
cells in page gaps. Derived data: never backed up, rebuilt on restore.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from countersign.store.database import Database
from countersign.store.tokens import tokens

BUCKETS = 32
VERSION = 2
_K1, _B, _MEAN_LENGTH = 1.2, 0.6, 24.0
# The rarest words lead until they reach this many texts; commoner words only add to the score of
# the `_NEAR` best of those. A question of common words alone is led by its rarest.
_ENOUGH, _NEAR, _FEW_SCOPES = 1500, 60, 8
_SCOPES = (
    "SELECT scope, bucket FROM scope WHERE grp IN (SELECT value FROM json_each(?))"
    # The plus keeps the planner from trying every group with every agreement.
    " AND +agreement IN (SELECT value FROM json_each(?)) ORDER BY scope"
)
_REFS = "SELECT ref FROM text JOIN scope USING (scope) WHERE agreement = ?"
_KNOWN_WORDS = "SELECT token, texts FROM word WHERE token IN (SELECT value FROM json_each(?))"
_COUNT_WORD = "INSERT INTO word VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET texts = texts + excluded.texts"


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to be found: its reference, its scope, and the purposes it may be asked for."""

    ref: str
    group: str
    agreement: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A found reference with its BM25 score and the share of the question's weight it covers."""

    ref: str
    group: str
    agreement: str
    score: float
    coverage: float


class TokenIndex:
    """BM25 over keyed tokens, filtered by group and agreement inside the query."""

    __slots__ = ("_key", "db")

    def __init__(self, db: Database, key: bytes) -> None:
        self.db = db
        self._key = key
        self._prepare()

    def _prepare(self) -> None:
        with self.db.read() as c:
            if c.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION:
                return
        with self.db.write() as c:
            # Asked again inside the write transaction: another process may have prepared it.
            if c.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION:
                return
            _drop_everything(c)  # derived data of another version is rebuilt, never read
            c.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS scope (scope INTEGER PRIMARY KEY, grp TEXT NOT NULL,"
                " agreement TEXT NOT NULL, bucket INTEGER NOT NULL, UNIQUE (grp, agreement))"
            )
            c.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS text (doc INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE,"
                " scope INTEGER NOT NULL)"
            )
            c.exec_driver_sql("CREATE INDEX IF NOT EXISTS text_scope ON text (scope)")
            c.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS word (token INTEGER PRIMARY KEY, texts INTEGER NOT NULL)"
            )
            for bucket in range(BUCKETS):
                c.exec_driver_sql(_bucket_ddl(f"posting_{bucket:02d}"))
            c.exec_driver_sql(f"PRAGMA user_version={VERSION}")

    def token(self, word: str) -> int:
        """Return the keyed token of one normalized word as a signed 64-bit number."""
        digest = hmac.digest(self._key, word.encode("utf-8"), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True)

    def bucket(self, group: str) -> int:
        """Return the bucket in which a group's texts stand."""
        return hashlib.sha256(group.encode("utf-8")).digest()[0] % BUCKETS

    def add(self, entries: Iterable[Entry]) -> None:
        """Index `entries`, each reference once; those already there are left as they are."""
        fresh = {e.ref: e for e in entries}
        with self.db.write() as c:
            known = c.exec_driver_sql(
                "SELECT ref FROM text WHERE ref IN (SELECT value FROM json_each(?))",
                (_json(list(fresh)),),
            ).scalars()
            for ref in known.all():
                del fresh[ref]
            first = c.exec_driver_sql("SELECT COALESCE(MAX(doc), 0) + 1 FROM text").scalar_one()
            self._insert(c, list(enumerate(fresh.values(), first)))

    def _insert(self, c: sa.Connection, numbered: list[tuple[int, Entry]]) -> None:
        scopes = {
            key: self._scope(c, *key) for key in {(e.group, e.agreement) for _, e in numbered}
        }
        texts: list[tuple[int, str, int]] = []
        postings: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        counts: Counter[int] = Counter()
        for doc, entry in numbered:
            scope = scopes[entry.group, entry.agreement]
            texts.append((doc, entry.ref, scope))
            found = Counter(self.token(w) for w in tokens(entry.text))
            length = sum(found.values())
            rows = [(token, scope, doc, _weight(tf, length)) for token, tf in found.items()]
            postings[self.bucket(entry.group)] += rows
            counts.update(found.keys())
        _many(c, "INSERT INTO text VALUES (?, ?, ?)", texts)
        for bucket, rows in postings.items():
            _many(c, f"INSERT INTO posting_{bucket:02d} VALUES (?, ?, ?, ?)", sorted(rows))
        _many(c, _COUNT_WORD, sorted(counts.items()))

    def _scope(self, c: sa.Connection, group: str, agreement: str) -> int:
        """Return the number of a group under an agreement: small, so that postings can carry it."""
        key = (group, agreement)
        c.exec_driver_sql(
            "INSERT OR IGNORE INTO scope (grp, agreement, bucket) VALUES (?, ?, ?)",
            (*key, self.bucket(group)),
        )
        query = "SELECT scope FROM scope WHERE grp = ? AND agreement = ?"
        return int(c.exec_driver_sql(query, key).scalar_one())

    def search(
        self, question: str, *, groups: Collection[str], agreements: Collection[str], limit: int
    ) -> list[Hit]:
        """Return the best `limit` texts within these groups and agreements, best first."""
        words = [self.token(w) for w in dict.fromkeys(tokens(question))][:48]
        if not words or not groups or not agreements:
            return []
        with self.db.read() as c:
            scopes = c.exec_driver_sql(_SCOPES, (_json(groups), _json(agreements))).all()
            if not scopes:
                return []
            sql = _search_sql(len(words), len(scopes), tuple(sorted({r.bucket for r in scopes})))
            inside = (*(r.scope for r in scopes), limit)
            # Inside a few scopes each word's postings are few, so all words may lead there.
            weights = self._weigh(c, words, all_lead=len(scopes) <= _FEW_SCOPES)
            rows = c.exec_driver_sql(sql, (*_flat(weights), *inside)).all()
            if not rows and any(not leads for *_, leads in weights):
                # The rare words stand in other groups only: let the common ones lead here.
                weights = self._weigh(c, words, all_lead=True)
                rows = c.exec_driver_sql(sql, (*_flat(weights), *inside)).all()
        total = sum(idf for _, idf, _ in weights)
        return [Hit(r.ref, r.grp, r.agreement, r.score / 1000, r.covered / total) for r in rows]

    def _weigh(
        self, c: sa.Connection, words: Sequence[int], *, all_lead: bool
    ) -> list[tuple[int, float, int]]:
        """Return (token, idf, leads): rare words lead to texts, common ones only add to scores."""
        rows = c.exec_driver_sql(_KNOWN_WORDS, (_json(words),))
        texts: dict[int, int] = {row.token: row.texts for row in rows}
        # The highest number stands for the count: counting would walk the whole table each time.
        total = c.exec_driver_sql("SELECT COALESCE(MAX(doc), 0) FROM text").scalar_one()
        leads, reached = set[int](), 0
        for word in sorted(texts, key=lambda w: (texts[w], w)):
            if leads and reached + texts[word] > _ENOUGH and not all_lead:
                break
            leads.add(word)
            reached += texts[word]
        return [(w, _idf(texts.get(w, 0), total), int(w in leads)) for w in words]

    def holds(self, word: str) -> bool:
        """Tell whether any text in the index holds `word` (for the residue scanner)."""
        token = self.token(word)
        every = " UNION ALL ".join(
            f"SELECT 1 FROM posting_{b:02d} WHERE token = {token}" for b in range(BUCKETS)
        )
        with self.db.read() as c:
            return c.exec_driver_sql(every).first() is not None

    def refs(self, *, agreement: str) -> list[str]:
        """Return the references indexed under one agreement."""
        with self.db.read() as c:
            return list(c.exec_driver_sql(_REFS, (agreement,)).scalars())

    def erase(self, refs: Collection[str]) -> bool:
        """Remove these texts by rewriting their buckets; afterwards no page holds their tokens.

        False while a reader keeps the old pages in the write-ahead log: call again to settle it.
        """
        with self.db.write() as c:
            gone = c.exec_driver_sql(
                "SELECT doc, bucket FROM text JOIN scope USING (scope)"
                " WHERE ref IN (SELECT value FROM json_each(?))",
                (_json(refs),),
            ).all()
            for bucket in sorted({row.bucket for row in gone}):
                _rewrite(c, f"posting_{bucket:02d}", [r.doc for r in gone if r.bucket == bucket])
            c.exec_driver_sql(
                "DELETE FROM text WHERE ref IN (SELECT value FROM json_each(?))", (_json(refs),)
            )
            c.exec_driver_sql("DELETE FROM scope WHERE scope NOT IN (SELECT scope FROM text)")
        return self.db.settle_wal()


def _drop_everything(c: sa.Connection) -> None:
    tables = c.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    for table in tables.all():
        c.exec_driver_sql(f'DROP TABLE "{table}"')


def _bucket_ddl(table: str) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {table} (token INTEGER NOT NULL, scope INTEGER NOT NULL,"
        " doc INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (token, scope, doc))"
        " WITHOUT ROWID"
    )


def _rewrite(c: sa.Connection, table: str, gone: list[int]) -> None:
    """Copy what stays into a fresh table, drop the old pages, and keep the word counts right."""
    docs = _json(gone)
    out = "(SELECT value FROM json_each(?))"
    c.exec_driver_sql(
        "UPDATE word SET texts = texts - n FROM (SELECT token AS t, COUNT(*) AS n"
        f" FROM {table} WHERE doc IN {out} GROUP BY token) WHERE word.token = t",
        (docs,),
    )
    c.exec_driver_sql(_bucket_ddl("posting_new"))
    c.exec_driver_sql(
        f"INSERT INTO posting_new SELECT * FROM {table} WHERE doc NOT IN {out}",
        (docs,),
    )
    c.exec_driver_sql(f"DROP TABLE {table}")
    c.exec_driver_sql(f"ALTER TABLE posting_new RENAME TO {table}")
    # The word table is rewritten too: a token that stands nowhere else must not stay probeable.
    c.exec_driver_sql("CREATE TABLE word_new (token INTEGER PRIMARY KEY, texts INTEGER NOT NULL)")
    c.exec_driver_sql("INSERT INTO word_new SELECT token, texts FROM word WHERE texts > 0")
    c.exec_driver_sql("DROP TABLE word")
    c.exec_driver_sql("ALTER TABLE word_new RENAME TO word")


@lru_cache(maxsize=256)
def _search_sql(words: int, scopes: int, buckets: tuple[int, ...]) -> str:
    """One statement over the buckets: leading words find texts, all words score the nearest."""
    question = ",".join("(?,?,?)" for _ in range(words))
    # With many scopes, walking a word's postings once beats one seek for each scope.
    column = "+p.scope" if scopes > _FEW_SCOPES else "p.scope"
    found = " UNION ALL ".join(
        "SELECT p.doc AS doc, p.scope AS scope, p.weight * q.idf AS part FROM q"
        f" CROSS JOIN posting_{b:02d} p ON p.token = q.token"
        f" WHERE q.lead AND {column} IN (SELECT scope FROM wanted)"
        for b in buckets
    )
    scored = " UNION ALL ".join(
        "SELECT near.doc AS doc, near.scope AS scope, p.weight * q.idf AS part, q.idf AS idf"
        f" FROM near CROSS JOIN q CROSS JOIN posting_{b:02d} p"
        " ON p.token = q.token AND p.scope = near.scope AND p.doc = near.doc"
        f" WHERE near.bucket = {b}"
        for b in buckets
    )
    return (
        f"WITH q(token, idf, lead) AS (VALUES {question}),"
        f" wanted(scope) AS (VALUES {','.join('(?)' for _ in range(scopes))}),"
        " near AS MATERIALIZED (SELECT f.doc, f.scope, s.bucket"
        f" FROM (SELECT doc, scope, SUM(part) AS led FROM ({found}) GROUP BY doc"
        f" ORDER BY led DESC, doc LIMIT {_NEAR}) f CROSS JOIN scope s ON s.scope = f.scope)"
        " SELECT t.ref, s.grp, s.agreement, best.score, best.covered"
        " FROM (SELECT doc, scope, SUM(part) AS score, SUM(idf) AS covered"
        f" FROM ({scored}) GROUP BY doc ORDER BY score DESC, doc LIMIT ?) best"
        " CROSS JOIN text t ON t.doc = best.doc CROSS JOIN scope s ON s.scope = best.scope"
        " ORDER BY best.score DESC, t.ref"
    )


def _many(c: sa.Connection, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        c.exec_driver_sql(sql, list(rows))


def _flat(weights: Iterable[tuple[int, float, int]]) -> list[float]:
    return [number for weighed in weights for number in weighed]


def _weight(tf: int, length: int) -> int:
    saturated = tf * (_K1 + 1) / (tf + _K1 * (1 - _B + _B * length / _MEAN_LENGTH))
    return round(1000 * saturated)


def _idf(texts: int, total: int) -> float:
    return math.log(1 + (total - texts + 0.5) / (texts + 0.5))


def _json(values: Collection[str] | Sequence[int]) -> str:
    return json.dumps(sorted(values))
