# SPDX-License-Identifier: Apache-2.0
"""The index finds what was asked within its scope, and erased words leave no trace in the file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from countersign.store import Database, Entry, TokenIndex, tokens
from countersign.store.index import BUCKETS

KEY = bytes(range(32))
TEXTS = [
    Entry("c1", "g1", "a1", "Never retry a failed deploy without reading the logs first."),
    Entry("c2", "g1", "a1", "Deploys freeze on Fridays because nobody is on call."),
    Entry("c3", "g2", "a1", "缓存失效时先看监控，再重启服务。"),
    Entry("c4", "g2", "a2", "The cache is warmed by a nightly job; a cold cache doubles latency."),
    Entry("c5", "g3", "a3", "发票金额以分为单位保存，绝不用浮点数。"),
]
EVERYTHING = {"groups": {"g1", "g2", "g3"}, "agreements": {"a1", "a2", "a3"}}
WORD = st.sampled_from("amber basin candle delta ember falcon garden harbor 缓存 监控 重启".split())
SENTENCE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def index(tmp_path: Path) -> TokenIndex:
    made = TokenIndex(Database(tmp_path / "index.db"), KEY)
    made.add(TEXTS)
    return made


def _refs(index: TokenIndex, question: str, **scope: set[str]) -> list[str]:
    return [hit.ref for hit in index.search(question, **{**EVERYTHING, **scope}, limit=5)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("May I retry the deploy?", "c1"),
        ("Friday deploys", "c2"),
        ("缓存", "c3"),
        ("监控", "c3"),
        ("重启服务吗", "c3"),
        ("cold caches", "c4"),
        ("浮点", "c5"),
        ("发票金额怎么保存", "c5"),
        ("LATENCY", "c4"),
    ],
)
def test_questions_in_both_languages_find_their_text(
    index: TokenIndex, question: str, first: str
) -> None:
    assert _refs(index, question)[0] == first


@pytest.mark.parametrize("question", ["", "的", "kubernetes", "数据库", "?!", "the of"])
def test_what_no_text_holds_finds_nothing(index: TokenIndex, question: str) -> None:
    assert _refs(index, question) == []


def test_scope_is_part_of_the_question(index: TokenIndex) -> None:
    assert _refs(index, "cache 缓存", groups={"g1"}) == []
    assert _refs(index, "cache 缓存", agreements={"a2"}) == ["c4"]
    assert _refs(index, "cache 缓存", groups=set()) == []
    assert _refs(index, "cache 缓存", agreements=set()) == []
    assert set(_refs(index, "cache 缓存")) == {"c3", "c4"}


def test_a_full_page_comes_back_however_many_texts_lie_out_of_scope(tmp_path: Path) -> None:
    index = TokenIndex(Database(tmp_path / "index.db"), KEY)
    index.add(Entry(f"x{n}", "theirs", "a1", "amber amber") for n in range(3000))
    index.add(Entry(f"m{n}", "mine", "a1", f"amber {'delta ' * 20}") for n in range(7))
    found = index.search("amber", groups={"mine"}, agreements={"a1"}, limit=5)
    assert [hit.group for hit in found] == ["mine"] * 5


@pytest.mark.parametrize("others", [0, 20])
def test_a_word_that_is_rare_elsewhere_does_not_hide_what_is_in_scope(
    tmp_path: Path, others: int
) -> None:
    groups = {"mine", *(f"other{n}" for n in range(others))}
    index = TokenIndex(Database(tmp_path / "index.db"), KEY)
    index.add(Entry(f"t{n}", "theirs", "a1", "amber") for n in range(10))
    index.add(Entry(f"c{n}", "common", "a1", "delta") for n in range(4500))
    index.add([Entry("m", "mine", "a1", "delta ember")])
    index.add(Entry(f"o{n}", f"other{n}", "a1", "ember") for n in range(others))
    found = index.search("amber delta", groups=groups, agreements={"a1"}, limit=5)
    assert [hit.ref for hit in found] == ["m"]


def test_coverage_tells_how_much_of_the_question_a_text_holds(index: TokenIndex) -> None:
    (whole, *_) = index.search("nightly job", **EVERYTHING, limit=1)
    (half, *_) = index.search("nightly kubernetes", **EVERYTHING, limit=1)
    assert whole.coverage == pytest.approx(1)
    assert 0 < half.coverage < 1
    assert whole.score > 0


def test_adding_twice_changes_nothing(index: TokenIndex) -> None:
    before = _rows(index)
    index.add(TEXTS)
    index.add([Entry("c1", "g1", "a1", "another text under a known reference")])
    assert _rows(index) == before


def test_an_index_opened_again_finds_the_same_with_its_key_only(index: TokenIndex) -> None:
    again = TokenIndex(Database(index.db.path), KEY)
    assert _refs(again, "cold cache") == _refs(index, "cold cache") == ["c4"]
    stranger = TokenIndex(Database(index.db.path), bytes(32))
    assert _refs(stranger, "cold cache") == []
    assert index.holds("latency")
    assert not stranger.holds("latency")


def test_no_word_stands_in_the_file(index: TokenIndex) -> None:
    index.db.settle_wal()
    data = _disk(index)
    for text in TEXTS:
        for token in tokens(text.text):
            assert token.encode() not in data or len(token) < 4
    assert b"c1" in data, "references do stand there"


def test_refs_are_listed_by_agreement(index: TokenIndex) -> None:
    assert sorted(index.refs(agreement="a1")) == ["c1", "c2", "c3"]
    index.erase(["c1"])
    assert sorted(index.refs(agreement="a1")) == ["c2", "c3"]
    assert index.refs(agreement="a9") == []


def _disk(index: TokenIndex) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(index.db.path.parent.iterdir()))


def _forms(token: int) -> Iterable[bytes]:
    """A 64-bit token as a column (big-endian) and as a row id (SQLite's varint)."""
    unsigned = token % 2**64
    short = -(2**47) <= token < 2**47  # SQLite stores such a number in six bytes
    yield token.to_bytes(6 if short else 8, "big", signed=True)
    if unsigned >= 2**56:
        high = [0x80 | (unsigned >> shift) & 0x7F for shift in range(57, 7, -7)]
        yield bytes([*high, unsigned & 0xFF])
    else:
        high = [0x80 | (unsigned >> shift) & 0x7F for shift in range(49, 0, -7)]
        yield bytes([*high, unsigned & 0x7F])


def _standing(index: TokenIndex, words: Iterable[str]) -> list[bytes]:
    """The forms of these words' tokens found in the bytes of the file, its WAL and its shm."""
    data = _disk(index)
    return [form for word in words for form in _forms(index.token(word)) if form in data]


def test_erased_words_stand_nowhere_in_the_files_bytes_and_did_before(tmp_path: Path) -> None:
    index = TokenIndex(Database(tmp_path / "index.db"), KEY)
    many = [
        Entry(f"r{n}", f"g{n % 40}", "kept", f"word{n} shared{n % 7} 缓存 {_noise(n)}")
        for n in range(600)
    ]
    gone = [
        Entry(f"e{n}", f"g{n % 9}", "ended", f"canary{n} quietly{n % 3} {_noise(-n)}")
        for n in range(90)
    ]
    for at in range(0, 600, 100):  # mixed over many pages, as years of use would
        index.add(many[at : at + 100] + gone[at // 100 * 15 : at // 100 * 15 + 15])
    words = {word for entry in gone for word in tokens(entry.text)}
    alone = words - {word for entry in many for word in tokens(entry.text)}
    assert len(alone) > 400
    index.db.settle_wal()
    assert len(_standing(index, alone)) == 2 * len(alone), "both forms are found while they stand"

    index.erase([entry.ref for entry in gone])

    assert _standing(index, alone) == []
    assert not any(index.holds(word) for word in sorted(alone)[:20])
    kept = {word for entry in many for word in tokens(entry.text)}
    assert len(_standing(index, kept)) == 2 * len(kept)
    with index.db.read() as c:
        assert c.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _noise(n: int) -> str:
    return " ".join(f"n{hashlib.sha256(b'%d %d' % (n, i)).hexdigest()[:9]}" for i in range(4))


def _rows(index: TokenIndex) -> tuple[Counter[int], dict[int, int]]:
    """Texts per token, counted from the postings, and as the word table says."""
    counted = Counter[int]()
    with index.db.read() as c:
        for bucket in range(BUCKETS):
            table = f"posting_{bucket:02d}"
            counted.update(c.exec_driver_sql(f"SELECT token FROM {table}").scalars())  # noqa: S608
        said = c.exec_driver_sql("SELECT token, texts FROM word").all()
    return counted, {row.token: row.texts for row in said}


@SLOW
@given(st.data())
def test_word_counts_and_answers_are_right_after_any_adding_and_erasing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    index = TokenIndex(Database(tmp_path_factory.mktemp("index") / "index.db"), KEY)
    kept: dict[str, Entry] = {}
    for turn in range(data.draw(st.integers(1, 4))):
        for n, text in enumerate(data.draw(st.lists(SENTENCE, max_size=6))):
            group, agreement = data.draw(st.sampled_from("gh")), data.draw(st.sampled_from("ab"))
            kept[f"{turn}.{n}"] = Entry(f"{turn}.{n}", group, agreement, text)
        index.add(kept.values())
        out = data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else set()
        index.erase(out)
        kept = {ref: entry for ref, entry in kept.items() if ref not in out}
    counted, said = _rows(index)
    wanted = Counter(t for e in kept.values() for t in {index.token(w) for w in tokens(e.text)})
    assert dict(counted) == said == dict(wanted)

    question = data.draw(SENTENCE)
    found = index.search(question, groups={"g"}, agreements={"a", "b"}, limit=50)
    asked = set(tokens(question))
    assert {hit.ref for hit in found} == {
        ref for ref, e in kept.items() if e.group == "g" and asked & set(tokens(e.text))
    }
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    for hit in found:
        whole = asked <= set(tokens(kept[hit.ref].text))
        assert (hit.coverage == pytest.approx(1)) == whole


def test_a_reader_that_holds_the_log_makes_erasing_say_so(index: TokenIndex) -> None:
    hasty = TokenIndex(Database(index.db.path), KEY)
    with index.db.read() as reader:
        reader.exec_driver_sql("SELECT * FROM text").all()
        with hasty.db.engine.connect() as c:
            c.exec_driver_sql("PRAGMA busy_timeout=1")
        assert not hasty.erase(["c1"]), "the words may still stand in the write-ahead log"
    assert hasty.erase(["c1"]), "asking again settles it"
    assert _standing(index, tokens("Never retry failed reading first")) == []
