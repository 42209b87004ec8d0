"""A room made for the tests: one table of deeds, and the nine duties of the design written as declarations over it."""
