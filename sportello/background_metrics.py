"""What the background workers count, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import asdict
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from media.backgrounds.quality import Quality
from media.backgrounds.supervisor import Statistics

_PREFIX = "sportello_backgrounds"


class BackgroundCollector(Collector):
    """Reads the statistics whenever somebody asks."""

    def __init__(self, statistics: Callable[[], Statistics]) -> None:
        self._statistics = statistics

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Give all metrics."""
        found = self._statistics()
        yield GaugeMetricFamily(f"{_PREFIX}_workers", "Worker processes", value=found.workers)
        replaced = f"{_PREFIX}_workers_replaced"
        yield CounterMetricFamily(replaced, "Workers that died", value=found.workers_replaced)
        streams = GaugeMetricFamily(f"{_PREFIX}_streams", "Cameras by step of quality", labels=["quality"])
        streams.add_metric(["waiting"], found.streams.get(None, 0))
        for quality in Quality:
            streams.add_metric([quality.name.lower()], found.streams.get(quality, 0))
        yield streams
        for name, value in asdict(found.totals).items():
            yield CounterMetricFamily(f"{_PREFIX}_{name}", name.replace("_", " "), value=value)
