"""Verdicts and summaries, written for people."""
