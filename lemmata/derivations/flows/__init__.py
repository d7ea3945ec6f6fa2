"""Normalising flows: determinants of coupling layers."""
