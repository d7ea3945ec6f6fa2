"""Entropy, mutual information and bounds on them."""
