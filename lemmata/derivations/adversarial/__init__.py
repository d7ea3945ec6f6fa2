"""Generative adversarial networks: the optimal discriminator and its value."""
