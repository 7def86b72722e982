"""Whole lives as text scripts (being written)."""
