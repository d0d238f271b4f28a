"""What boto3 raises, as one of four causes: each caller tells it in its own words, with its remedy.

Known are the codes that S3 and its likes answer with. Knows no bucket and no file. No Scrapy.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The credentials are wrong, may not do it, or have run out.
_DENIED = {
    "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired",
}  # fmt: skip


class Cause(NamedTuple):
    """Why an object storage did not do what was asked.

    `kind`: `away`, nobody answers; `denied`, `detail` is the store's code; `answer`, any other code
    of the store, "" where it gives none; `unusable`, boto3's own reason in a line.
    """

    kind: Literal["away", "denied", "answer", "unusable"]
    detail: str = ""


@contextmanager
def told(tell: Callable[[Cause], Exception]) -> Iterator[None]:
    """Raise what `tell` makes of the cause in the place of what boto3 raises."""
    # Importing boto3 takes 0.3 s, which a crawl into a folder never needs.
    from boto3.exceptions import Boto3Error  # noqa: PLC0415
    from botocore.exceptions import (  # noqa: PLC0415
        BotoCoreError,
        ClientError,
        HTTPClientError,
    )
    from botocore.exceptions import ConnectionError as NoConnection  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise tell(Cause("denied" if code in _DENIED else "answer", code)) from error
    except (HTTPClientError, NoConnection) as error:
        raise tell(Cause("away")) from error
    except (BotoCoreError, Boto3Error) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise tell(Cause("unusable", reason)) from error
