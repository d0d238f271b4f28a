"""What must hold however hard it is tried: a check a file (`rNN_*.py`), run by `make torture`.

What is promised, and which checks show it; `python -m tests.torture --list` says what each claims
and which faults it was seen to find:

    death                 R1 every step, R2 at random, R20 several workers
    bad servers           R6; of the wire R15, of large bodies R16
    addresses, schemes    R7, the browser and listening ports included
    malicious content     R4 archives, R5 bombs, R17 patterns, R18 every output
    object store          R8, an hour of 503, two crawlers of one name
    room, rights, clock   R9 full, read-only, no inodes, no descriptors, a clock that jumps
    soak                  R10
    secrets               R12
    supply chain          R19, what is installed and the rights of what runs
    nothing is lost       R3 cuts, R11 re-parse, R13 from the bucket alone, R14 text of a page
"""
