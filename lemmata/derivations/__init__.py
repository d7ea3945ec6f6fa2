"""The claims, one file each, in families.

A claim's file holds all that is particular to it: statement, proof, SymPy confirmation and wrong
variants. The modules beside the families are what the confirmations share: `confirmation` (the
outcome), `workings` (what counts as zero), `tables` (finite laws), `gaussians` (integrals against
normal densities) and `decisions` (decision processes written out path by path).
"""
