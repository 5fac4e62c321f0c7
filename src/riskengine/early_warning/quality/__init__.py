"""How good warnings were: what they found, how early, how often in vain, and what naive rules would have found."""
