"""The ladder: record → measure → indicator. Declarations, the engine that counts them, and what keeps figures fresh."""
