"""A process that decodes uploads and makes stills: a file made to break a decoder breaks nothing else."""

from __future__ import annotations

import os
import select
import socket
import sys

from media.backgrounds.channel import Channel, ChannelClosed
from media.backgrounds.image_problems import ImageRefused
from media.backgrounds.images import content_type, decode_logo
from media.backgrounds.segmentation import MediapipeSegmenter, Segmenter
from media.backgrounds.stills import make_still
from media.backgrounds.studio_messages import Answer, ImageFacts, Inspect, Refused, Request, Still

_NICENESS = 10
"""Calls come first."""


def answer(request: Request, segmenter: Segmenter) -> Answer:
    """Do what is asked for."""
    try:
        if isinstance(request, Inspect):
            height, width = decode_logo(request.data).shape[:2]
            return ImageFacts(content_type(request.data), width, height)
        return Still(make_still(request.effect, request.camera, segmenter))
    except ImageRefused as refused:
        return Refused(refused.problem)


def serve(channel: Channel, segmenter: Segmenter) -> None:
    """Answer until the channel is closed."""
    while True:
        select.select([channel], [], [])
        try:
            while (received := channel.receive()) is not None:
                channel.send(answer(received[0], segmenter))
        except ChannelClosed:
            return


def main() -> None:
    """Serve on a channel that the studio opened."""
    os.nice(_NICENESS)
    channel = Channel(socket.socket(fileno=int(sys.argv[1])), Request)
    with MediapipeSegmenter() as segmenter:
        serve(channel, segmenter)


if __name__ == "__main__":
    main()
