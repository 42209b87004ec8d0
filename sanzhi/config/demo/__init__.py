"""The demonstration: an invented county and town that lives through the rooms' own actions."""
