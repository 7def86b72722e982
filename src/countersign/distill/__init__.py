# SPDX-License-Identifier: Apache-2.0
"""From the person's own words to proposed claims, each grounded in what was really said."""

from countersign.distill.features import SIZE, features, slots
from countersign.distill.model import shipped_model, write_model
from countersign.distill.passages import Passage, place_of, read_passages
from countersign.distill.propose import propose
from countersign.distill.scoring import Weighed, weigh, weigh_words
from countersign.distill.sentences import Span, split_sentences, unwrap

__all__ = [
    "SIZE",
    "Passage",
    "Span",
    "Weighed",
    "features",
    "place_of",
    "propose",
    "read_passages",
    "shipped_model",
    "slots",
    "split_sentences",
    "unwrap",
    "weigh",
    "weigh_words",
    "write_model",
]
