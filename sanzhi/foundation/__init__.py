"""Floor 1: the ground every room stands on: clock, ui → audit → privacy → orgs → people → accounts → files → notices."""
