"""Answers in, verdicts out: reading batches of answers, and the JSON object of a verdict."""
