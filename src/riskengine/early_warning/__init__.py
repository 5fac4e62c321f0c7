"""From what a rating says on a day to warnings through time, and how good they were."""
