"""The weights file and what may be learned from."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from countersign.distill import SIZE, features, shipped_model, slots, weigh_words, write_model
from countersign.distill.model import read_model
from countersign.errors import Internal

TRAIN = Path(__file__).parents[2] / "bench" / "train"


def test_the_shipped_weights_are_small_and_hold_no_words() -> None:
    text = files("countersign.distill").joinpath("weights.json").read_text(encoding="utf-8")
    assert len(text) < 500_000
    raw = json.loads(text)
    assert set(raw) == {"size", "cuts", "heads"}
    assert all(set(head) == {"scale", "weights"} for head in raw["heads"].values())


def test_weights_survive_writing_within_their_rounding() -> None:
    weights = [0.0] * SIZE
    [(slot, sign)] = slots(iter(["c:never"]))
    weights[slot] = 2.0 * sign
    model = read_model(write_model({"worth": weights}, {"worth": 0.5}))
    assert model.chances(["c:never"], "worth") == pytest.approx([0.8808], abs=1e-3)
    assert model.chances(["c:other"], "worth") == [0.5]


def test_weights_made_for_other_features_are_refused() -> None:
    with pytest.raises(Internal):
        read_model(json.dumps({"size": 8, "cuts": {}, "heads": {}}))


def test_the_model_tells_advice_from_chat_in_both_languages() -> None:
    cut = shipped_model().cuts["worth"]
    assert weigh_words("Patches without a unit test should not be accepted.").worth > cut
    assert weigh_words("对外接口必须统一设置超时，否则会拖垮下游。").worth > cut
    assert weigh_words("I had lunch with them yesterday.").worth < cut
    assert weigh_words("昨天跟他们吃了个饭。").worth < cut


def test_a_content_word_is_seen_by_its_shape() -> None:
    shapes = {f for f in features("Never restart FooBar") if f.startswith("m:")}
    assert "m:w id" in shapes
    assert not any("FooBar" in f or "foobar" in f for f in shapes)


def test_training_never_opens_the_answers() -> None:
    sources = [p.read_text(encoding="utf-8") for p in TRAIN.glob("*.py")]
    assert len(sources) >= 3
    for text in sources:
        assert "gold" not in text
        assert "keypoint" not in text
        assert "labelled_pool" not in text


def test_labels_are_kept_by_digest_only() -> None:
    rows = [line.split("\t") for line in (TRAIN / "labels.tsv").read_text("utf-8").splitlines()]
    assert len(rows) > 1000
    for key, kind, _ in rows:
        assert len(key) == 16
        assert int(key, 16) >= 0
        assert kind in ("rule", "pitfall", "procedure", "decision", "none")


def test_seeds_are_written_once_each() -> None:
    for name in ("seed_en.jsonl", "seed_zh.jsonl"):
        lines = (TRAIN / name).read_text(encoding="utf-8").splitlines()
        said = [json.loads(line)["text"] for line in lines]
        assert len(said) == len(set(said))
