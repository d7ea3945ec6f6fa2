"""Statistical confirmation with stated error rates, on real models in torch."""
