"""Sites of every kind, from plan to acceptance and use: a duty fulfilled in stages."""
