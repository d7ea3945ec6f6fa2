"""Attacks on the kernel and the claims: random worlds, random terms, laws, mutants."""
