"""Pages of whoever keeps the installation: accounts, grants, the matrix of rights, the audit chain."""
