"""Which units there are, where each hangs in the tree, and from when to when."""
