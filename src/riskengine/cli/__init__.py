"""The command line: read input, call one workflow, show the result. No arithmetic."""
