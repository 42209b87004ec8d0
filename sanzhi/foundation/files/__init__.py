"""Files: turning their bytes into lines and tables, and keeping what people hand in."""
