"""Is a model good enough, and where not: figures and verdicts."""
