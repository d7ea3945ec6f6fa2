"""Vector quantisation: the update of a codebook."""
