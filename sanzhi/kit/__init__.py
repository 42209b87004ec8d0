"""Floor 2: what a mechanism is: its manifest, records, measures, rights, and the ledger of what is owed."""
