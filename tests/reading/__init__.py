"""How well figures are read: sets with known truth, and a command that prints what comes of it."""
