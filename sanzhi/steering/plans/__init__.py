"""Plans: importing a document, confirming what was read, and the ledger in the browser."""
