"""Divergences between laws: factorisation, Gaussian closed forms."""
