"""Invariants of the policy, proved for all inputs or refuted by a customer who breaks them (extra `prove`)."""
