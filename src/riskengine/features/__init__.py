"""Point-in-time customer features: each one documented expression, the same on every data engine."""
