"""Attention: dot products of random vectors."""
