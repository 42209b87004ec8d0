"""Floor 3: one folder per mechanism of the plan. They never import each other; the registry finds them."""
