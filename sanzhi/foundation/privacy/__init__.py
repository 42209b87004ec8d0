"""Personal data: what is held and why, encrypted, masked, and each look at it logged."""
