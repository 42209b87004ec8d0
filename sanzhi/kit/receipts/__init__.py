"""Remembers what was sent by whom: the same again gets the same answer, the same uid with other content is refused."""
