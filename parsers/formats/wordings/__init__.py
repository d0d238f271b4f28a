"""All wordings of figures, in order of trial; each module holds those of one part of a report."""

from __future__ import annotations

from parsers.formats.wordings.answers import ANSWERS
from parsers.formats.wordings.channels import CHANNELS, GIVEN_OUT
from parsers.formats.wordings.charges import CHARGES
from parsers.formats.wordings.means import MEANS
from parsers.formats.wordings.proactive import PROACTIVE
from parsers.formats.wordings.remedies import OUTCOMES, REMEDIES
from parsers.formats.wordings.requests import REQUESTS
from parsers.formats.wordings.response import RESPONSE

__all__ = ["GIVEN_OUT", "OUTCOMES", "WORDINGS"]

#: In order of trial.
WORDINGS = (
    *PROACTIVE,
    *CHANNELS,
    *RESPONSE,
    *MEANS,
    *REQUESTS,
    *ANSWERS,
    *REMEDIES,
    *CHARGES,
)
