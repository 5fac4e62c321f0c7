"""The life of a model: train, keep, validate, promote, recalibrate, compare."""
