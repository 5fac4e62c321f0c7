"""The version of this package, as results and models record it."""

VERSION = "0.1.0"
