"""The rating itself: a pure function from what we knew, a model and a policy to a decision."""
