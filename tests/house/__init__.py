"""Tests of the house itself: floors, names, sizes, documents. They walk what is there; a new room is covered at once."""
