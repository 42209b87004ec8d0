"""Tests that are of no single room."""
