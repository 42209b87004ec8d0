"""Pages of the registers: units, people, households; importing and exporting them."""
