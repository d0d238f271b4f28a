"""The demo portal: an invented city's disclosure site on loopback, its pages all the project's own.

`pages` says what lies at which address, `server` serves it, `truth.json` what a person reads there.
"""
