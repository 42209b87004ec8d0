"""Floor 4: looks over all rooms through the registry, knowing none by name."""

import pkgutil


def steering_packages() -> list[str]:
    """Import paths of the rooms of this floor that are Django apps."""
    return [
        f"{__name__}.{m.name}"
        for m in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name)
        if m.ispkg
    ]
