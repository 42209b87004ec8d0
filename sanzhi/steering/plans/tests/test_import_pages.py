"""Importing a plan in the browser: what is handed in, what is refused, what the pages show."""
