"""Columns and matrices: what their entries are, and products that are not commutative."""
