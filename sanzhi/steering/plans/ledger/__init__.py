"""The pages of the ledger: board, my unit, led tasks, a task, an obligation, calendar."""
