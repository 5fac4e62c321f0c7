"""What is remembered of the portfolio between one moment and the next: one database, written a step at a time."""
