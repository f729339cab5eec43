# cython: language_level=3, binding=True, embedsignature=True
"""The native packet path for Python; what each command does is told in COMMANDS.md and in path.h."""

from libc.stdint cimport int16_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

import secrets

import cython


cdef extern from "clock.h":
    int64_t TIME_NEVER

cdef extern from "srtp.h":
    enum srtp_profile:
        SRTP_AEAD_AES_128_GCM
        SRTP_AES128_CM_SHA1_80
    enum srtp_status:
        SRTP_OK
    int SRTP_MAX_GROWTH
    struct srtp:
        pass
    size_t srtp_key_size(srtp_profile profile) nogil
    srtp *srtp_new(srtp_profile profile, const uint8_t *key) nogil
    void srtp_free(srtp *) nogil
    srtp_status srtp_protect_rtp(srtp *, uint8_t *packet, size_t *size) nogil
    srtp_status srtp_unprotect_rtp(srtp *, uint8_t *packet, size_t *size) nogil
    srtp_status srtp_protect_rtcp(srtp *, uint8_t *packet, size_t *size) nogil
    srtp_status srtp_unprotect_rtcp(srtp *, uint8_t *packet, size_t *size) nogil

cdef extern from "address.h":
    struct address:
        uint8_t ip[16]
        uint16_t port

cdef extern from "counters.h":
    int COUNTER_COUNT
    struct counters:
        pass
    struct counter_entry:
        const char *name
        uint64_t value
    void counters_list(const counters *, counter_entry *entries) nogil

cdef extern from "outbox.h":
    int OUTBOX_END
    int DATAGRAM_SIZE
    struct destination:
        address address
        uint16_t first
    struct outgoing:
        size_t size
        uint16_t next
        uint8_t *data
    struct outbox:
        outgoing *packets
        destination **destinations
        size_t destination_count
    void outbox_flush(outbox *) nogil

cdef extern from "source.h":
    int MID_SIZE
    int RID_SIZE
    int TEMPORAL_LAYERS
    enum media_kind:
        MEDIA_AUDIO
        MEDIA_VIDEO
    struct maybe_ssrc:
        bint known
        uint32_t value
    struct source_spec:
        media_kind kind
        uint8_t mid[16]
        uint8_t mid_size
        uint8_t rid[16]
        uint8_t rid_size
        uint8_t payload_type
        int16_t rtx_payload_type
        int16_t red_payload_type
        maybe_ssrc ssrc
        maybe_ssrc rtx_ssrc
        bint nack
        bint pli
        bint fir
        bint remb
    struct layer_report:
        uint32_t source_id
        uint16_t width
        uint16_t height
        uint64_t *bytes
        int64_t last_received_us

cdef extern from "slot.h":
    struct slot_spec:
        media_kind kind
        uint8_t payload_type
        uint8_t rtx_payload_type
        int16_t red_payload_type
        uint32_t ssrc
        maybe_ssrc rtx_ssrc
        uint8_t transport_cc_id

cdef extern from "transport.h":
    int EXTENSION_COUNT
    struct transport_spec:
        uint32_t ssrc
        uint8_t *extension_ids
        bint reduced_size_rtcp

cdef extern from "trendline.h":
    enum delay_state:
        DELAY_NORMAL
        DELAY_OVERUSING
        DELAY_UNDERUSING

cdef extern from "congestion.h":
    struct congestion_report:
        int64_t feedback_us, acked_bps, sent_bps
        uint64_t packets_acked, packets_lost
        delay_state delay_state
        uint64_t overuses
        double trend_ms
        int64_t queue_us, round_trip_us
        uint32_t in_flight, probe
        int64_t probe_bps

cdef extern from "path.h":
    struct path:
        counters counters
        outbox *outbox
    struct transport_statistics:
        uint64_t packets_in, bytes_in, packets_out, bytes_out
        double uplink_loss, downlink_loss
        int64_t round_trip_us, last_received_us
    path *path_new(uint64_t uplink_bps, uint64_t secret, void (*send)(void *, outbox *) noexcept nogil,
                   void *context) nogil
    void path_free(path *) nogil
    uint32_t path_add_transport(path *, const transport_spec *) nogil
    uint32_t path_add_source(path *, uint32_t transport_id, const source_spec *) nogil
    uint32_t path_add_slot(path *, uint32_t transport_id, const slot_spec *) nogil
    bint path_set_address(path *, uint32_t transport_id, const address *, int64_t now_us) nogil
    bint path_set_keys(path *, uint32_t transport_id, srtp_profile profile, const uint8_t *receive,
                       const uint8_t *send, int64_t now_us) nogil
    bint path_remove_transport(path *, uint32_t transport_id) nogil
    bint path_route(path *, uint32_t slot_id, uint32_t source_id, int64_t now_us) nogil
    bint path_select(path *, uint32_t slot_id, uint32_t source_id, uint8_t max_temporal, int64_t now_us) nogil
    bint path_request_key_frame(path *, uint32_t source_id, int64_t now_us) nogil
    int64_t PROBE_LONGEST_US
    uint64_t PROBE_FASTEST_BPS
    bint path_set_pacing(path *, uint32_t transport_id, uint64_t bps, int64_t now_us) nogil
    bint path_probe(path *, uint32_t transport_id, uint64_t bps, int64_t duration_us, int64_t now_us,
                    uint32_t *number) nogil
    bint path_congestion(const path *, uint32_t transport_id, int64_t now_us, congestion_report *) nogil
    bint path_statistics(const path *, uint32_t transport_id, transport_statistics *) nogil
    void path_take_audio_levels(path *, void (*report)(void *, uint32_t, uint8_t) noexcept nogil, void *context) nogil
    void path_layers(const path *, void (*report)(void *, const layer_report *) noexcept nogil, void *context) nogil
    bint path_receive(path *, uint8_t *datagram, size_t size, const address *from_, int64_t now_us) nogil
    void path_poll(path *, int64_t now_us) nogil

cdef extern from "gate.h":
    struct gate:
        pass
    void gate_init(gate *) nogil
    void gate_destroy(gate *) nogil
    void gate_begin_command(gate *) nogil
    void gate_end_command(gate *) nogil

cdef extern from "loop.h":
    struct loop:
        pass
    loop *loop_start(path *, gate *, int socket, int handover, int64_t batch_us, int cpu) nogil
    void loop_stop(loop *) nogil


cdef extern from "tcp_counters.h":
    int TCP_COUNTER_COUNT

cdef extern from "tcp_relay.h":
    struct tcp_limits:
        int64_t answer_timeout_us, idle_timeout_us
        int connections, connections_per_client
    struct tcp_relay:
        pass
    tcp_relay *tcp_relay_start(int listener, const address *path, const tcp_limits *limits) nogil
    void tcp_relay_stop(tcp_relay *) nogil
    void tcp_relay_free(tcp_relay *) nogil
    bint tcp_relay_client(tcp_relay *, uint16_t udp_port, address *client) nogil
    void tcp_relay_counters(const tcp_relay *, counter_entry *entries) nogil


DELAY_STATES = {DELAY_NORMAL: "normal", DELAY_OVERUSING: "overusing", DELAY_UNDERUSING: "underusing"}


cdef srtp_profile to_profile(bint gcm) noexcept:
    return SRTP_AEAD_AES_128_GCM if gcm else SRTP_AES128_CM_SHA1_80


cdef maybe_ssrc to_ssrc(object value):
    cdef maybe_ssrc ssrc
    ssrc.known = value is not None
    ssrc.value = value if value is not None else 0
    return ssrc


cdef address to_address(bytes ip, uint16_t port):
    cdef address converted
    if len(ip) != 16:
        raise ValueError("an address has 16 bytes")
    memcpy(converted.ip, <const uint8_t *>ip, 16)
    converted.port = port
    return converted


cdef int check(bint known) except -1:
    if not known:
        raise KeyError("unknown transport, source or slot")
    return 0


cdef uint32_t check_id(uint32_t number) except 0:
    if not number:
        raise KeyError("unknown transport, too many streams or no memory")
    return number


cdef void collect(void *context, outbox *box) noexcept with gil:
    """Keep what a path without a loop sends."""
    cdef uint16_t number
    cdef destination *receiver
    cdef size_t i
    outgoing = <list>context
    for i in range(box.destination_count):
        receiver = box.destinations[i]
        ip = bytes(receiver.address.ip[:16])
        number = receiver.first
        while number != OUTBOX_END:
            outgoing.append((bytes(box.packets[number].data[:box.packets[number].size]), ip, receiver.address.port))
            number = box.packets[number].next


cdef void add_level(void *context, uint32_t source, uint8_t level) noexcept with gil:
    (<dict>context)[source] = level


cdef void add_layer(void *context, const layer_report *layer) noexcept with gil:
    (<dict>context)[layer.source_id] = (
        layer.width, layer.height, tuple([layer.bytes[i] for i in range(TEMPORAL_LAYERS)]), layer.last_received_us,
    )


@cython.final
cdef class PathCore:
    cdef path *_path
    cdef gate _gate
    cdef list _outgoing

    def __cinit__(self, uplink_bps):
        self._outgoing = []
        gate_init(&self._gate)
        self._path = path_new(uplink_bps, secrets.randbits(64), collect, <void *>self._outgoing)
        if not self._path:
            raise MemoryError

    def __dealloc__(self):
        path_free(self._path)
        gate_destroy(&self._gate)

    def add_transport(self, ssrc, bytes extension_ids, reduced_size_rtcp):
        cdef transport_spec spec
        cdef uint32_t number
        if len(extension_ids) != EXTENSION_COUNT:
            raise ValueError("one identifier for each extension is needed")
        spec.ssrc = ssrc
        memcpy(spec.extension_ids, <const uint8_t *>extension_ids, EXTENSION_COUNT)
        spec.reduced_size_rtcp = reduced_size_rtcp
        with nogil:
            gate_begin_command(&self._gate)
            number = path_add_transport(self._path, &spec)
            gate_end_command(&self._gate)
        return check_id(number)

    def add_source(self, uint32_t transport, *, is_video, bytes mid, bytes rid, payload_type, rtx_payload_type,
                   red_payload_type, ssrc, rtx_ssrc, nack, pli, fir, remb):
        cdef source_spec spec
        cdef uint32_t number
        if len(mid) > MID_SIZE or len(rid) > RID_SIZE:
            raise ValueError("mid or rid too long")
        if is_video and red_payload_type is not None:
            raise ValueError("only audio can be redundant")
        spec.kind = MEDIA_VIDEO if is_video else MEDIA_AUDIO
        memcpy(spec.mid, <const uint8_t *>mid, len(mid))
        spec.mid_size = len(mid)
        memcpy(spec.rid, <const uint8_t *>rid, len(rid))
        spec.rid_size = len(rid)
        spec.payload_type = payload_type
        spec.rtx_payload_type = -1 if rtx_payload_type is None else rtx_payload_type
        spec.red_payload_type = -1 if red_payload_type is None else red_payload_type
        spec.ssrc, spec.rtx_ssrc = to_ssrc(ssrc), to_ssrc(rtx_ssrc)
        spec.nack, spec.pli, spec.fir, spec.remb = nack, pli, fir, remb
        with nogil:
            gate_begin_command(&self._gate)
            number = path_add_source(self._path, transport, &spec)
            gate_end_command(&self._gate)
        return check_id(number)

    def add_slot(self, uint32_t transport, *, is_video, payload_type, rtx_payload_type, red_payload_type, ssrc,
                 rtx_ssrc, transport_cc_id):
        cdef slot_spec spec
        cdef uint32_t number
        spec.kind = MEDIA_VIDEO if is_video else MEDIA_AUDIO
        spec.payload_type = payload_type
        spec.rtx_payload_type = rtx_payload_type or 0
        spec.red_payload_type = -1 if red_payload_type is None else red_payload_type
        spec.ssrc = ssrc
        spec.rtx_ssrc = to_ssrc(rtx_ssrc if rtx_payload_type is not None else None)
        spec.transport_cc_id = transport_cc_id
        with nogil:
            gate_begin_command(&self._gate)
            number = path_add_slot(self._path, transport, &spec)
            gate_end_command(&self._gate)
        return check_id(number)

    def set_address(self, uint32_t transport, bytes ip, uint16_t port, int64_t now_us):
        cdef address to = to_address(ip, port)
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_set_address(self._path, transport, &to, now_us)
            gate_end_command(&self._gate)
        check(known)

    def set_keys(self, uint32_t transport, bytes receive, bytes send, int64_t now_us, *, bint gcm):
        cdef srtp_profile profile = to_profile(gcm)
        cdef const uint8_t *receive_key = receive
        cdef const uint8_t *send_key = send
        cdef bint known
        if len(receive) != srtp_key_size(profile) or len(send) != srtp_key_size(profile):
            raise ValueError("keys of a wrong size")
        with nogil:
            gate_begin_command(&self._gate)
            known = path_set_keys(self._path, transport, profile, receive_key, send_key, now_us)
            gate_end_command(&self._gate)
        check(known)

    def remove_transport(self, uint32_t transport):
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_remove_transport(self._path, transport)
            gate_end_command(&self._gate)
        check(known)

    def route(self, uint32_t slot, uint32_t source, int64_t now_us):
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_route(self._path, slot, source, now_us)
            gate_end_command(&self._gate)
        check(known)

    def select(self, uint32_t slot, uint32_t source, uint8_t max_temporal, int64_t now_us):
        cdef bint known
        if max_temporal >= TEMPORAL_LAYERS:
            raise ValueError("there is no such temporal layer")
        with nogil:
            gate_begin_command(&self._gate)
            known = path_select(self._path, slot, source, max_temporal, now_us)
            gate_end_command(&self._gate)
        check(known)

    def request_key_frame(self, uint32_t source, int64_t now_us):
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_request_key_frame(self._path, source, now_us)
            gate_end_command(&self._gate)
        check(known)

    def statistics(self, uint32_t transport):
        cdef transport_statistics found
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_statistics(self._path, transport, &found)
            gate_end_command(&self._gate)
        check(known)
        return (
            found.packets_in, found.bytes_in, found.packets_out, found.bytes_out,
            found.uplink_loss if found.uplink_loss >= 0 else None,
            found.downlink_loss if found.downlink_loss >= 0 else None,
            found.round_trip_us if found.round_trip_us >= 0 else None,
            found.last_received_us if found.last_received_us != TIME_NEVER else None,
        )

    def set_pacing(self, uint32_t transport, uint64_t bps, int64_t now_us):
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_set_pacing(self._path, transport, bps, now_us)
            gate_end_command(&self._gate)
        check(known)

    def probe(self, uint32_t transport, uint64_t bps, int64_t duration_us, int64_t now_us):
        cdef uint32_t number
        cdef bint known
        if not 0 < bps <= PROBE_FASTEST_BPS or not 0 < duration_us <= PROBE_LONGEST_US:
            raise ValueError("a probe must have a rate and a duration within limits")
        with nogil:
            gate_begin_command(&self._gate)
            known = path_probe(self._path, transport, bps, duration_us, now_us, &number)
            gate_end_command(&self._gate)
        check(known)
        return number

    def congestion(self, uint32_t transport, int64_t now_us):
        cdef congestion_report found
        cdef bint known
        with nogil:
            gate_begin_command(&self._gate)
            known = path_congestion(self._path, transport, now_us, &found)
            gate_end_command(&self._gate)
        check(known)
        return {
            "feedback_us": found.feedback_us if found.feedback_us != TIME_NEVER else None,
            "acked_bps": found.acked_bps if found.acked_bps >= 0 else None,
            "sent_bps": found.sent_bps,
            "packets_acked": found.packets_acked,
            "packets_lost": found.packets_lost,
            "delay_state": DELAY_STATES[found.delay_state],
            "overuses": found.overuses,
            "trend_ms": found.trend_ms,
            "queue_us": found.queue_us if found.queue_us >= 0 else None,
            "round_trip_us": found.round_trip_us if found.round_trip_us >= 0 else None,
            "in_flight_bytes": found.in_flight,
            "probe": (found.probe, found.probe_bps) if found.probe else None,
        }

    def take_audio_levels(self):
        levels = {}
        cdef void *context = <void *>levels
        with nogil:
            gate_begin_command(&self._gate)
            path_take_audio_levels(self._path, add_level, context)
            gate_end_command(&self._gate)
        return levels

    def layers(self):
        found = {}
        cdef void *context = <void *>found
        with nogil:
            gate_begin_command(&self._gate)
            path_layers(self._path, add_layer, context)
            gate_end_command(&self._gate)
        return found

    def counters(self):
        cdef counter_entry entries[64]
        with nogil:
            gate_begin_command(&self._gate)
            counters_list(&self._path.counters, entries)
            gate_end_command(&self._gate)
        return {entries[i].name.decode(): entries[i].value for i in range(COUNTER_COUNT)}

    def receive(self, bytes datagram, bytes ip, uint16_t port, int64_t now_us):
        cdef address sender = to_address(ip, port)
        cdef uint8_t copy[2048]
        cdef size_t size = len(datagram)
        cdef bint handed_over
        if size > sizeof(copy):
            raise ValueError("datagram too long")
        memcpy(copy, <const uint8_t *>datagram, size)
        with nogil:
            gate_begin_command(&self._gate)
            handed_over = path_receive(self._path, copy, size, &sender, now_us)
            outbox_flush(self._path.outbox)
            gate_end_command(&self._gate)
        return handed_over

    def poll(self, int64_t now_us):
        with nogil:
            gate_begin_command(&self._gate)
            path_poll(self._path, now_us)
            outbox_flush(self._path.outbox)
            gate_end_command(&self._gate)

    def take_outgoing(self):
        taken = list(self._outgoing)
        self._outgoing.clear()
        return taken


@cython.final
cdef class Loop:
    cdef loop *_loop
    cdef PathCore _core

    def __cinit__(self, PathCore core, int socket, int handover, int64_t batch_us, int cpu):
        self._core = core
        self._loop = loop_start(core._path, &core._gate, socket, handover, batch_us, cpu)
        if not self._loop:
            raise OSError("the media thread cannot be started" + (f" on core {cpu}" if cpu >= 0 else ""))

    def stop(self):
        cdef loop *running = self._loop
        self._loop = NULL
        if running:
            with nogil:
                loop_stop(running)

    def __dealloc__(self):
        if self._loop:
            loop_stop(self._loop)


@cython.final
cdef class TcpRelay:
    cdef tcp_relay *_relay
    cdef bint _running

    def __cinit__(self, int listener, bytes ip, uint16_t port, *, int64_t answer_timeout_us, int64_t idle_timeout_us,
                  int connections, int connections_per_client):
        cdef address path = to_address(ip, port)
        cdef tcp_limits limits
        limits.answer_timeout_us, limits.idle_timeout_us = answer_timeout_us, idle_timeout_us
        limits.connections, limits.connections_per_client = connections, connections_per_client
        self._relay = tcp_relay_start(listener, &path, &limits)
        if not self._relay:
            raise OSError("the thread for TCP cannot be started")
        self._running = True

    def client(self, uint16_t udp_port):
        cdef address found
        cdef bint known
        with nogil:
            known = self._running and tcp_relay_client(self._relay, udp_port, &found)
        return (bytes(found.ip[:16]), found.port) if known else None

    def counters(self):
        cdef counter_entry entries[16]
        tcp_relay_counters(self._relay, entries)
        return {entries[i].name.decode(): entries[i].value for i in range(TCP_COUNTER_COUNT)}

    def stop(self):
        if self._running:
            self._running = False
            with nogil:
                tcp_relay_stop(self._relay)

    def __dealloc__(self):
        if self._running:
            tcp_relay_stop(self._relay)
        if self._relay:
            tcp_relay_free(self._relay)


@cython.final
cdef class Srtp:
    cdef srtp *_srtp

    def __cinit__(self, bytes key, *, bint gcm):
        cdef srtp_profile profile = to_profile(gcm)
        if len(key) != srtp_key_size(profile):
            raise ValueError("a key of a wrong size")
        self._srtp = srtp_new(profile, key)
        if not self._srtp:
            raise MemoryError

    def __dealloc__(self):
        srtp_free(self._srtp)

    cdef bytes _apply(self, bytes packet, srtp_status (*transform)(srtp *, uint8_t *, size_t *) noexcept nogil):
        cdef uint8_t copy[2048]
        cdef size_t size = len(packet)
        if size + SRTP_MAX_GROWTH > sizeof(copy):
            raise ValueError("packet too long")
        memcpy(copy, <const uint8_t *>packet, size)
        status = transform(self._srtp, copy, &size)
        if status != SRTP_OK:
            raise ValueError(STATUS[<int>status])
        return copy[:size]

    def protect(self, bytes packet):
        return self._apply(packet, srtp_protect_rtp)

    def unprotect(self, bytes datagram):
        return self._apply(datagram, srtp_unprotect_rtp)

    def protect_rtcp(self, bytes packet):
        return self._apply(packet, srtp_protect_rtcp)

    def unprotect_rtcp(self, bytes datagram):
        return self._apply(datagram, srtp_unprotect_rtcp)


STATUS = ("ok", "malformed", "not authentic", "replayed", "too many streams", "failed")
