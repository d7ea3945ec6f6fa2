"""The trusted ground.

Terms, declarations, normal forms, rules, inequalities, certificates, the re-checker.

Standard library only. Every line here is one that a `proved` verdict rests on.
"""
