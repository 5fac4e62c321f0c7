"""Two engines, one meaning: conditions over columns for portfolios, durable_rules for single cases."""
