"""What people who watch the portfolio ask of the records, and what they say."""
