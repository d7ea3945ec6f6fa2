"""Policy gradients: score functions, returns and baselines."""
