# SPDX-License-Identifier: Apache-2.0
"""What we believe of each cue before seeing data: how much it speaks for (or against) worth.

The model learns on top of these, so that a cue which the labels hardly show still counts; they are
folded into the shipped weights.
"""

CUES: dict[str, float] = {
    "must": 0.8, "should": 1.0, "never": 0.8, "always": 1.0, "beware": 0.9, "prefer": 0.9, "policy": 0.6,
    "you_can": 0.2, "if_start": 0.3, "if": 0.3, "because": 0.4, "harm": 0.4, "correct": 0.1, "only": 0.2,
    "decided": 0.2, "steps": 0.3, "imperative": 0.9, "then_imperative": 0.8, "clause_imperative": 0.3, "way": 0.4,
    "general": 0.5, "a_subject": 0.6, "is_subject": 0.2, "i": -1.0, "i_start": -0.5, "me": -0.5, "opinion": 0.2,
    "your": -0.4, "past": -0.7, "now": -0.6, "hedge": -0.4, "greeting": -2.0, "thanks": -1.5, "chat": -0.6,
    "deictic": -0.7, "pointing": -0.4, "question": -2.0, "ask_you": -1.0, "colon_end": -0.8, "link": -0.6,
    "number_ref": -0.6, "exclaim": -0.2, "smile": -0.5, "fragment": -0.4, "ellipsis": -0.4,
    "zh_must": 1.0, "zh_never": 1.0, "zh_if": 0.4, "zh_because": 0.4, "zh_harm": 0.4, "zh_decided": 0.3,
    "zh_steps": 0.4, "zh_prefer": 0.5, "zh_general": 0.4, "zh_i": -0.8, "zh_you": -0.1, "zh_past": -0.6,
    "zh_thanks": -1.5, "zh_question": -2.0, "zh_hedge": -0.5, "zh_deictic": -0.6, "zh_speech": -0.5,
}  # fmt: skip
