"""Sanzhi (三治): a township's plan read once, and the year run from the records people make."""

__version__ = "0.1.0"
