"""The measures themselves: right on cases worked by hand, and honest about what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.fidelity.__main__ import measure
from bench.fidelity.mail import satisfies
from bench.fidelity.stats import Row, average_precision, interval, prf

ROWS = [Row(0.9, True), Row(0.8, False), Row(0.7, True), Row(0.1, False, 2.0)]


def test_average_precision_is_the_one_worked_by_hand() -> None:
    assert average_precision(ROWS) == pytest.approx((1 + 2 / 3) / 2)


def test_equal_scores_are_one_step() -> None:
    assert average_precision([Row(0.5, True), Row(0.5, False)]) == 0.5


def test_weights_count_items() -> None:
    assert prf(ROWS, 0.05) == pytest.approx((2 / 5, 1.0, 4 / 7))
    assert prf(ROWS, 0.95) == (0.0, 0.0, 0.0)


def test_an_interval_holds_its_measure_and_is_the_same_each_time() -> None:
    low, high = interval(ROWS * 20, average_precision)
    assert low < average_precision(ROWS * 20) < high
    assert (low, high) == interval(ROWS * 20, average_precision)


def test_a_key_point_needs_all_groups_near_and_all_but_one_inside() -> None:
    point = {"match_all": ["tests?", "release"], "normative_cue": r"\b(must|never)\b"}
    assert satisfies(point, "Tests must pass.", "Tests must pass. Then comes the release.")
    assert not satisfies(point, "Tests must pass.", "Tests must pass. Then comes lunch.")
    assert not satisfies(point, "It must be.", "The release. It must be. The tests.")
    assert not satisfies(point, "Tests pass.", "Tests pass before the release.")


MAIL = """From a at b.org  Mon Jan  3 10:00:0{n} 2005
From: {who} at example.org (Ann)
Date: Mon, 3 Jan 2005 10:00:0{n} +0000
Message-ID: <m{n}@example.org>
Subject: Releases

{text}

"""


def test_a_small_mail_set_is_measured_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "twisted-mail" / "mbox").mkdir(parents=True)
    answers = tmp_path / "twisted-mail" / "gold"
    answers.mkdir()
    said = ["You must never cut a release before the tests pass.", "I had lunch at noon."]
    box = "".join(MAIL.format(n=i, who="ann", text=t) for i, t in enumerate(said))
    (tmp_path / "twisted-mail" / "mbox" / "any-name.mbox").write_text(box + box, encoding="utf-8")
    pool = [
        {"msgid": f"m{i}@example.org", "text": t, "label": ("rule", "none")[i], "weight": 1.0}
        for i, t in enumerate(said)
    ]
    point = {"id": "k", "match_all": ["tests?", "release"], "normative_cue": "must|never"}
    for name, rows in (("labelled_pool.jsonl", pool), ("keypoints.jsonl", [point])):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (answers / name).write_text(lines, encoding="utf-8")
    found = measure(tmp_path)
    mail = found["twisted-mail"]
    assert (mail["envelopes"], mail["distinct"], mail["duplicate"]) == (4, 2, 2)
    assert (mail["accounted"], mail["own_traces"], mail["pool_placed"]) == (1.0, 2, 1.0)
    assert (mail["kp_recall_100"], mail["rule_ap"]) == (1.0, 1.0)
    assert "missing" in found["slack-export"]


def test_an_absent_set_is_reported_and_an_unknown_one_named(tmp_path: Path) -> None:
    (tmp_path / "something-else").mkdir()
    found = measure(tmp_path)
    assert all("missing" in metrics for metrics in found.values())
    assert "something-else" in found
