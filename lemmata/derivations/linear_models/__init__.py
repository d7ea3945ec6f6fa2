"""Linear models: bias and variance of their estimates."""
