# SPDX-License-Identifier: Apache-2.0
"""Turns what a person knows at work into agent skills, on terms that the person signed."""

__version__ = "0.1.0"
