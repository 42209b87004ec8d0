"""Floor 4: looks over all rooms through the registry, knowing none by name."""
