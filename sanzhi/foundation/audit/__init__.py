"""What was done, by whom, in one hash chain per town; and the guard that nothing is written outside an action."""
