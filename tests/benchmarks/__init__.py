"""The figures: each against a named peer, in one run, as a ratio. `make bench` prints them."""
