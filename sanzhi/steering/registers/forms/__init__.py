"""What people type into the registers."""
