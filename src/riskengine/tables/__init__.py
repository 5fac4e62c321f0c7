"""What a valid input table is, how it is read, and how results are published whole or not at all."""
