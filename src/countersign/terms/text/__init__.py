# SPDX-License-Identifier: Apache-2.0
"""Texts of terms for people: clauses, contracts, templates, and the pages made of them.

Other parts of `terms` import the modules by name: a card needs the meanings, and the contract
needs the card, so this page imports nothing.
"""
