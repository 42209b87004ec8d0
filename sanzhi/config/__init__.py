"""Floor 5: the composition root: settings, addresses, servers, command line. Nobody imports it."""
