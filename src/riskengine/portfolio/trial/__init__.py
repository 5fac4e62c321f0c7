"""The arithmetic of trying a policy on the past: what was decided, what then happened, what it was worth."""
