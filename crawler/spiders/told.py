"""What a walk tells while it goes on: Scrapy signals that whoever counts a run listens to.

Each is sent with `step`, the `Step` that was taken, whose `start` names the portal. Only names.
"""

from __future__ import annotations

#: An answer was read: `page`, and `unchanged` 1 where it stands as an earlier run archived it, else
#: 0. (Scrapy's dispatcher hands no argument to a parameter that is keyword-only.)
PAGE_READ = object()
#: A file was not asked for: its link stands as an earlier run found it.
FILE_KEPT = object()
#: A list page was read: `page` and its `listing`.
LIST_READ = object()
#: No page came of a step: the `reason`, as "kind: detail" or "kind".
NOT_FETCHED = object()
