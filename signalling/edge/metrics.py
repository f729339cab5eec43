"""What the server counts about itself, for Prometheus."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


class Metrics:
    """The counters of the edge; those of the media path are read when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.responses = Counter(
            "sportello_http_responses", "HTTP responses", ["method", "status"], registry=self.registry
        )
        self.failures = Counter(
            "sportello_unexpected_errors", "Exceptions that were nobody's intent", registry=self.registry
        )
        self.sockets = Gauge("sportello_sockets", "Open WebSockets", ["kind"], registry=self.registry)
        self.commands = Counter(
            "sportello_commands", "Commands read from sockets", ["type"], registry=self.registry
        )
        self.refusals = Counter(
            "sportello_refusals", "Requests and commands refused", ["code"], registry=self.registry
        )
        self.slow_clients = Counter(
            "sportello_slow_clients", "Sockets cut because the client did not keep up", registry=self.registry
        )

    def add_media(
        self, counters: Callable[[], Mapping[str, int]], rooms: Callable[[], Mapping[int, int]]
    ) -> None:
        """Export the media path's counters as `sportello_media_*_total`, and the number of rooms by port."""
        self.registry.register(_MediaCollector(counters, rooms))

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class _MediaCollector(Collector):
    def __init__(
        self, counters: Callable[[], Mapping[str, int]], rooms: Callable[[], Mapping[int, int]]
    ) -> None:
        self._counters = counters
        self._rooms = rooms

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        rooms = GaugeMetricFamily("sportello_media_rooms", "Rooms on each media thread", labels=["port"])
        for port, number in self._rooms().items():
            rooms.add_metric([str(port)], number)
        yield rooms
        for name, value in self._counters().items():
            yield CounterMetricFamily(f"sportello_media_{name}", name.replace("_", " "), value=value)
