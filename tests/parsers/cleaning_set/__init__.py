"""A labelled set of our own: pages into which spam was put, and exactly which characters it is.

`written/` are pages by hand, written before any rule met them; `generated` makes the rest from a
seed. All are in one form (see `marked`), all are measured in one way (see `measure`):

    python -m tests.parsers.cleaning_set
"""
