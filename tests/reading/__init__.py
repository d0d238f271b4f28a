"""How well figures are read: sets with known truth, and one command that prints what comes of it."""
