# cython: language_level=3, binding=True, embedsignature=True
"""The load's thread for Python; what each command does is told in load.h."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef extern from "srtp.h":
    enum srtp_profile:
        SRTP_AEAD_AES_128_GCM
        SRTP_AES128_CM_SHA1_80
    size_t srtp_key_size(srtp_profile profile)

cdef extern from "histogram.h":
    int HISTOGRAM_BUCKETS
    struct histogram:
        uint64_t counts[736]
    int64_t histogram_floor_us(int bucket)

cdef extern from "media.h":
    int MEDIA_MAX_EXTENSIONS
    int MEDIA_MAX_PAYLOAD
    int MEDIA_MIN_PAYLOAD
    enum media_kind:
        MEDIA_AUDIO
        MEDIA_VIDEO
    struct media_spec:
        media_kind kind
        uint8_t payload_type
        uint8_t extensions[16]
        uint8_t extension_size
        uint8_t camera
        uint16_t height
        uint32_t ssrc
        uint32_t packets_per_s
        uint32_t packets_per_frame
        uint32_t payload_size

cdef extern from "transport.h":
    int TRANSPORT_MAX_MEDIA
    struct seat:
        uint32_t room
        uint8_t member
    struct connection:
        srtp_profile profile
        const uint8_t *send_key
        const uint8_t *receive_key
        uint32_t ssrc
        uint8_t audio_payload_type
        uint8_t rtx_payload_type
        uint8_t transport_cc_id
        const media_spec *media
        uint32_t media_count

cdef extern from "load.h":
    struct load_counters:
        uint64_t sent
        uint64_t received
        uint64_t expected
        uint64_t measured
        uint64_t not_sent
        uint64_t refused
        uint64_t events_dropped
        uint64_t key_frames_wanted
        uint64_t packets_wanted
        uint64_t connected
        uint64_t heard
    struct load_report:
        load_counters counters
        histogram latency
        histogram lag
    struct load:
        pass
    load *load_new() nogil
    void load_free(load *) nogil
    int load_event_fd(const load *)
    uint32_t load_add(load *, int fd, seat) nogil
    bint load_connect(load *, uint32_t transport, const connection *) nogil
    void load_remove(load *, uint32_t transport) nogil
    void load_begin_window(load *) nogil
    void load_end_window(load *) nogil
    void load_read(load *, load_report *) nogil


HISTOGRAM_FLOORS_US = tuple(histogram_floor_us(bucket) for bucket in range(HISTOGRAM_BUCKETS))


cdef media_spec _media_spec(tuple media) except *:
    cdef media_spec spec
    cdef bytes extensions
    is_video, spec.payload_type, extensions, spec.ssrc = media[:4]
    spec.packets_per_s, spec.packets_per_frame, spec.payload_size, spec.camera, spec.height = media[4:]
    if len(extensions) > MEDIA_MAX_EXTENSIONS:
        raise ValueError("so many header extensions cannot be sent")
    memcpy(spec.extensions, <const uint8_t *>extensions, len(extensions))
    spec.extension_size = len(extensions)
    spec.kind = MEDIA_VIDEO if is_video else MEDIA_AUDIO
    if not MEDIA_MIN_PAYLOAD <= spec.payload_size <= MEDIA_MAX_PAYLOAD:
        raise ValueError("a payload of that size cannot be sent")
    if not spec.packets_per_s or not spec.packets_per_frame:
        raise ValueError("a stream needs packets")
    return spec


cdef class LoadThread:
    cdef load *_load
    cdef readonly int events

    def __cinit__(self):
        self._load = load_new()
        if self._load is NULL:
            raise OSError("the load's thread cannot be started")
        self.events = load_event_fd(self._load)

    def __dealloc__(self):
        self.close()

    cdef load *_running(self) except NULL:
        if self._load is NULL:
            raise ValueError("the load's thread has ended")
        return self._load

    def add(self, int fd, uint32_t room, uint8_t member):
        cdef load *load = self._running()
        cdef seat place
        cdef uint32_t transport
        if member > 31:
            raise ValueError("a room has 32 seats")
        place.room, place.member = room, member
        with nogil:
            transport = load_add(load, fd, place)
        if not transport:
            raise OSError("the socket cannot be watched")
        return transport

    def connect(
        self, uint32_t transport, *, bint gcm, bytes send_key, bytes receive_key, uint32_t ssrc,
        uint8_t audio_payload_type, uint8_t rtx_payload_type, uint8_t transport_cc_id, list media,
    ):
        cdef load *load = self._running()
        cdef media_spec specs[4]
        cdef connection settled
        cdef bint connected
        settled.profile = SRTP_AEAD_AES_128_GCM if gcm else SRTP_AES128_CM_SHA1_80
        if len(send_key) != len(receive_key) or len(send_key) != srtp_key_size(settled.profile):
            raise ValueError("the keys have a wrong size")
        if len(media) > TRANSPORT_MAX_MEDIA:
            raise ValueError("a transport cannot send so many streams")
        for index, item in enumerate(media):
            specs[index] = _media_spec(item)
        settled.send_key, settled.receive_key = send_key, receive_key
        settled.ssrc = ssrc
        settled.audio_payload_type, settled.rtx_payload_type = audio_payload_type, rtx_payload_type
        settled.transport_cc_id = transport_cc_id
        settled.media, settled.media_count = specs, len(media)
        with nogil:
            connected = load_connect(load, transport, &settled)
        if not connected:
            raise ValueError("there is no such transport, or it has keys already")

    def remove(self, uint32_t transport):
        cdef load *load = self._running()
        with nogil:
            load_remove(load, transport)

    def begin_window(self):
        cdef load *load = self._running()
        with nogil:
            load_begin_window(load)

    def end_window(self):
        cdef load *load = self._running()
        with nogil:
            load_end_window(load)

    def read(self):
        cdef load *load = self._running()
        cdef load_report report
        with nogil:
            load_read(load, &report)
        return (
            report.counters,
            (<char *>report.latency.counts)[:sizeof(report.latency.counts)],
            (<char *>report.lag.counts)[:sizeof(report.lag.counts)],
        )

    def close(self):
        cdef load *load = self._load
        self._load = NULL
        if load is not NULL:
            with nogil:
                load_free(load)
