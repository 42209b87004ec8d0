"""Who may sign in, and which role each holds on which unit for which term."""
