"""Indicators: what is behind a number, closing a month, bundles that verify on another machine."""
