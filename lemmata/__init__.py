"""Lemmata: pytest for mathematics.

It proves, refutes and grades derivations of machine learning. Importing it loads nothing heavy.
"""

__version__ = "0.1.0"
