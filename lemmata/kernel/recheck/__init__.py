"""Verify a certificate without the prover: a second arithmetic and one checker for each rule.

    recheck(certificate) -> Recheck(ok, problems, checked, trusted)

A certificate is a list of equations `before = after` between terms, each valid for all values of
its open variables, and each by one named rule. The re-checker

1. compares the hash and decodes statement, declarations and steps;
2. verifies every step by a checker of its own for that rule: it works out, from `before` and the
   declarations alone, what the rule gives there, refuses where a side condition does not hold, and
   compares the result with `after`;
3. rewrites left minus right with the verified equations, from the inside out, until it is zero.

The arithmetic that needs no step: the ring of polynomials over what is not looked into, linearity
of sums, integrals and trajectory expectations, exchange of them, renaming of bound variables,
brackets of integer comparisons decided by the declared ranges, and exp(a + b) = exp(a) exp(b).

Nothing is shared with the prover but the terms, the declarations, the definitions of the named
quantities and the encoding. `TRUSTED` lists what this leaves unverified.
"""

from lemmata.kernel.recheck.verify import TRUSTED, Recheck, recheck

__all__ = ["TRUSTED", "Recheck", "recheck"]
