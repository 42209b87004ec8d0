"""People with a post, account or case role; households as addresses with dated presence; head counts with their source."""
