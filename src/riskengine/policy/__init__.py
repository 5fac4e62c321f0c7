"""The credit policy read from rules/: strict YAML, dated values, one immutable bundle with a content hash."""
