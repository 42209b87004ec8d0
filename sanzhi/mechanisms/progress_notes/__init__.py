"""The generic room: a unit reports on a requirement that no mechanism proves, the lead unit accepts or returns."""
