"""Reads of the walks: rows one may see, doors in walking order, coverage and what stands beside it."""
