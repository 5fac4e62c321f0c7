"""The files of rules/ as checked documents, one for each kind."""
