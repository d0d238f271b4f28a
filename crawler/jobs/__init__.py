"""Crawls that run unwatched: what a run was, when the next is due, and when a person must look.

    outcomes   how a run can end: the closed list of words and exit codes
    figures    what a run counted of one portal
    runs       the durable table of runs, a row a portal and run
    recording  the extension that fills it from inside a crawl
    counting   what a run counts while it goes on; layout: the shape of a list, to be compared
    child      one portal as a process of its own, and what came of it
    fleet      several of them at a time, within the portals' hours
    schedule   the policy (schedule.toml): how often a portal is visited, and when
    due        which portals should run now, and why
    shards     which of n machines a portal belongs to
    monitors   what is wrong with a run, told from its figures and those of the last
    sinks      where an alarm goes: log, file, webhook, e-mail
    progress   how far a crawl is, on a terminal and in a log

A run is one portal and one job of the ledger. What decides (outcomes, schedule, due, shards,
monitors) is pure: figures go in, sentences come out.
"""
