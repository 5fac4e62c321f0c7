"""What `rules check` looks for, each kind in a file of its own, and the reasoning behind it."""
