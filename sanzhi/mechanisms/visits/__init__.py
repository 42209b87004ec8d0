"""Walks from door to door: who looks after which group, who was reached, what came up and what became of it."""
