"""The exports of the kit itself (registers, plans, obligations, exemptions), and the catalogue of all with those of rooms."""
