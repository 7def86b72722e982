# SPDX-License-Identifier: Apache-2.0
"""Doors: parse, call the desk, render."""
