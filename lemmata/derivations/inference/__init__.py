"""Variational inference: evidence bounds and their gaps."""
