# SPDX-License-Identifier: Apache-2.0
"""From the person's own words to proposed claims, each grounded in what was really said."""

from countersign.distill.propose import propose
from countersign.distill.sentences import Span, split_sentences, unwrap

__all__ = ["Span", "propose", "split_sentences", "unwrap"]
