"""Items into a Kafka topic, an item a message of JSON, keyed by the document it is of.

`kafka://host:9092/TOPIC`, several brokers parted by commas. A log only grows: a feed that is handed
on twice is there twice, and a consumer tells by the header `reading`, which names the capture and
the parser's version. A message counts when every in-sync replica has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.feeds.batches import BatchStorage
from crawler.feeds.lines import storable
from crawler.stores.addresses import shown
from parsers.errors import StoreError
from parsers.items import stable_id

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds after which a message that no broker has taken has failed.
PATIENCE = 60
#: Brokers take a megabyte a message unless they are told otherwise; a report has some 30 KB.
LARGEST = 10_000_000


class KafkaStorage(BatchStorage):
    """A topic of Kafka."""

    def check(self) -> None:
        """Raise StoreError where the address names no topic or no client is installed."""
        parts = urlsplit(self.address)
        if not parts.netloc or "/" in parts.path.strip("/") or not parts.path.strip("/"):
            raise StoreError(
                f"{shown(self.address)} names no topic: write kafka://host:9092/reports"
            )
        _client()

    def take(self, batch: Path) -> None:
        """Send the batch. Raises StoreError where a message was not taken."""
        parts = urlsplit(self.address)
        failures: list[str] = []
        producer = _client().Producer(
            {
                "bootstrap.servers": parts.netloc,
                "enable.idempotence": True,
                "compression.type": "zstd",
                "message.max.bytes": LARGEST,
                "delivery.timeout.ms": PATIENCE * 1000,
                "log_level": 0,
            }
        )
        with batch.open("rb") as lines:
            for line in lines:
                self._send(producer, parts.path.strip("/"), line.rstrip(b"\n"), failures)
        left = producer.flush(PATIENCE)
        if failures or left:
            reason = failures[0] if failures else "no broker took them in time"
            raise StoreError(
                f"{shown(self.address)} did not take {max(left, len(failures))} items ({reason}): "
                "start it or correct its address"
            )

    def _send(self, producer: Any, topic: str, line: bytes, failures: list[str]) -> None:
        item = storable(line)
        reading = stable_id(item["capture_id"], item["parser_version"])

        def told(error: Any, _: Any) -> None:
            if error is not None:
                failures.append(error.str())

        while True:
            try:
                producer.produce(
                    topic, line, item["report_id"], headers={"reading": reading}, on_delivery=told
                )
            except BufferError:  # the queue is full: wait until some are gone
                producer.poll(0.5)
            else:
                producer.poll(0)
                return


def _client() -> Any:
    try:
        import confluent_kafka  # noqa: PLC0415 (an extra of the project)
    except ImportError as error:
        raise StoreError("kafka:// needs a client: install the extra `kafka`") from error
    return confluent_kafka
