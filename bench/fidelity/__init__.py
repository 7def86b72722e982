# SPDX-License-Identifier: Apache-2.0
"""How faithful our reading and distilling is, measured on data sets exactly as each README says."""
