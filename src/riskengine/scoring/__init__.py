"""From features and outcomes to a PD: label, split, train, calibrate, validate, register, load."""
