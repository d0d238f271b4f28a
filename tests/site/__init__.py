"""Invented portals on loopback, their pages all the project's own.

The demo portal: `pages` and `families` say what lies at which address, `truth.json` what a person
reads there. Small portals, one a site-builder family (`portals`) and one a trap (`traps`), know
their own truth; `walks` walks them all and prints what came of each. `columns` and `searches` say
how each family serves a list, `server` serves any of them.
"""
