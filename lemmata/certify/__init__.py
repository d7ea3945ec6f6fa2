"""Every kind of evidence of every claim: gathered, kept and shown."""
