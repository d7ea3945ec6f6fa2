"""Runs every kind of evidence of every claim, and keeps it."""

from lemmata.certify.run import run

__all__ = ["run"]
