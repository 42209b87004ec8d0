"""The ledger: plan → version → task → requirement → obligation, and the exemptions between."""
