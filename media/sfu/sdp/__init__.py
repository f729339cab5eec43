"""Session descriptions: reading offers and writing answers."""
