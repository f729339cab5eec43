"""A worker process: `python -m media.backgrounds.worker DESCRIPTOR`, started by the supervisor.

One thread turns between the streams: it takes in all that has come for each, then works on each, so that of
frames that came together only the newest is worked on. It ends when the supervisor hangs up.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from collections.abc import Iterator
from statistics import quantiles

from media.backgrounds.channel import Channel, ChannelClosed
from media.backgrounds.messages import (
    AddStream,
    Command,
    RemoveStream,
    Report,
    SetEffect,
    SetRates,
    StreamReport,
)
from media.backgrounds.pipeline import Pipeline
from media.backgrounds.quality import Quality, QualityLadder
from media.backgrounds.secure_line import SecureLine
from media.backgrounds.segmentation import MediapipeSegmenter, Segmenter
from media.backgrounds.streams import Counts

REPORT_INTERVAL_S = 1.0

_LADDER_INTERVAL_S = 0.25
_DATAGRAM_BYTES = 2048
_DATAGRAMS_AT_ONCE = 512  # Of one stream, so that no stream keeps the others waiting.


class _Stream:
    """A pipeline, its socket and the line that this is an end of."""

    def __init__(self, pipeline: Pipeline, end: socket.socket, line: SecureLine) -> None:
        end.setblocking(False)
        self.pipeline = pipeline
        self.socket = end
        self._line = line
        self._delays_s: list[float] = []

    def receive(self, now: float) -> None:
        """Take in what has come."""
        for datagram in self._datagrams():
            packet = self._line.open(datagram)
            if packet is None:
                self.pipeline.counts.not_authentic += 1
            else:
                self.pipeline.receive(packet, now)

    def work(self, quality: Quality, now: float) -> None:
        """Work on it, and send what comes of it."""
        drained = self.pipeline.drain(quality, now)
        for packet in drained.datagrams:
            try:
                self.socket.send(self._line.seal(packet))
            except OSError:  # Nobody takes it: newer ones matter more.
                self.pipeline.counts.unsent += 1
        if drained.arrived is not None:
            self._delays_s.append(time.monotonic() - drained.arrived)

    def report(self) -> StreamReport:
        """Tell how it fares."""
        delays_s, self._delays_s = self._delays_s, []
        p95 = 1000 * quantiles(delays_s, n=20)[-1] if len(delays_s) > 1 else None
        return StreamReport(self.pipeline.counts, p95, self.pipeline.shows_still)

    def _datagrams(self) -> Iterator[bytes]:
        for _ in range(_DATAGRAMS_AT_ONCE):
            try:
                yield self.socket.recv(_DATAGRAM_BYTES)
            except OSError:
                return


class Worker:
    """Obeys the supervisor and processes streams until it hangs up."""

    def __init__(self, channel: Channel, segmenter: Segmenter) -> None:
        self._channel = channel
        self._segmenter = segmenter
        self._streams: dict[int, _Stream] = {}
        self._totals_of_gone = Counts()
        self._selector = selectors.DefaultSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._ladder = QualityLadder()
        self._load = _Load(time.monotonic())
        self._reported = time.monotonic()

    def run(self) -> None:
        """Work. Returns when the supervisor has hung up."""
        try:
            self._report()  # Says that the model is loaded.
            while True:
                self._turn()
        except ChannelClosed:
            return

    def _turn(self) -> None:
        ready = self._selector.select(_LADDER_INTERVAL_S)
        now = time.monotonic()
        self._load.begin(now)
        streams = [key.data for key, _ in ready if key.data is not None]
        for stream in streams:
            stream.receive(now)
        for stream in streams:
            stream.work(self._ladder.quality, now)
        self._obey()
        now = time.monotonic()
        self._load.end(now)
        self._account(now)

    def _account(self, now: float) -> None:
        busy = self._load.share(now, _LADDER_INTERVAL_S)
        if busy is not None:
            self._ladder.update(busy, now)
        if now - self._reported >= REPORT_INTERVAL_S:
            self._reported = now
            self._report()

    def _report(self) -> None:
        reports = {number: stream.report() for number, stream in self._streams.items()}
        totals = sum((report.counts for report in reports.values()), self._totals_of_gone)
        self._channel.send(Report(self._ladder.quality, self._load.last, totals, reports))

    def _obey(self) -> None:
        while (received := self._channel.receive()) is not None:
            command, descriptors = received
            match command:
                case AddStream():
                    self._add(command, socket.socket(fileno=descriptors[0]))
                case SetEffect(number, effect):
                    self._streams[number].pipeline.set_effect(effect)
                case SetRates(number, rates_bps):
                    self._streams[number].pipeline.set_rates(rates_bps)
                case RemoveStream(number):
                    self._remove(self._streams.pop(number))

    def _add(self, command: AddStream, end: socket.socket) -> None:
        pipeline = Pipeline(command.settings, command.outgoing, self._segmenter)
        stream = _Stream(pipeline, end, SecureLine(command.keys))
        self._streams[command.stream] = stream
        self._selector.register(end, selectors.EVENT_READ, stream)

    def _remove(self, stream: _Stream) -> None:
        self._totals_of_gone += stream.pipeline.counts
        self._selector.unregister(stream.socket)
        stream.socket.close()


class _Load:
    """The share of time at work."""

    def __init__(self, now: float) -> None:
        self.last = 0.0
        self._since = now
        self._begun = now
        self._busy_s = 0.0

    def begin(self, now: float) -> None:
        self._begun = now

    def end(self, now: float) -> None:
        self._busy_s += now - self._begun

    def share(self, now: float, interval_s: float) -> float | None:
        """Since the last answer; None if that is not long ago."""
        elapsed = now - self._since
        if elapsed < interval_s:
            return None
        self.last = self._busy_s / elapsed
        self._since, self._busy_s = now, 0.0
        return self.last


def main() -> None:
    """Run a worker on a channel that the supervisor opened."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])), Command)
    with MediapipeSegmenter() as segmenter:
        Worker(channel, segmenter).run()


if __name__ == "__main__":
    main()
