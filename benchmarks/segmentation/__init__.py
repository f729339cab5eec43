"""How well persons are found, and how calmly."""
