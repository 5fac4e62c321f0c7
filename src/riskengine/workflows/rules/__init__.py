"""What an analyst does with a policy: check it, run its cases, prove it, compare it."""
