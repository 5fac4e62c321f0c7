"""The page that tells how a model in use holds."""
