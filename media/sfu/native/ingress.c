#include "ingress.h"

#include "bytes.h"
#include "clock.h"
#include "egress.h"

#define OUTAGE_US SECOND_US

static struct binding *find_binding(const struct path *path, const struct address *address)
{
    struct index_node *node = index_first(&path->bindings_by_address, address_hash(address));
    for (; node; node = index_next(node)) {
        struct binding *binding = CONTAINER(node, struct binding, by_address);
        if (address_equal(&binding->address, address))
            return binding;
    }
    return NULL;
}

static void unbind(struct path *path, struct binding *binding)
{
    index_remove(&path->bindings_by_address, &binding->by_address);
    binding->transport = NULL;
}

/* A free place of a transport for one more address, at the expense of the one not used for longest. */
static struct binding *free_binding(struct path *path, struct transport *transport)
{
    struct binding *oldest = &transport->bindings[0];
    for (int i = 0; i < MAX_ADDRESSES; i++) {
        struct binding *binding = &transport->bindings[i];
        if (!binding->transport)
            return binding;
        if (binding->used < oldest->used)
            oldest = binding;
    }
    unbind(path, oldest);
    return oldest;
}

static void bind_address(struct path *path, struct transport *transport, const struct address *address)
{
    struct binding *binding = find_binding(path, address);
    if (binding && binding->transport != transport) {
        unbind(path, binding);
        binding = NULL;
    }
    if (!binding) {
        binding = free_binding(path, transport);
        binding->transport = transport;
        binding->address = *address;
        index_put(&path->bindings_by_address, &binding->by_address, address_hash(address));
    }
    binding->used = ++path->bindings_used;
}

static bool was_out(const struct transport *transport, int64_t now_us)
{
    return transport->last_received_us != TIME_NEVER && now_us - transport->last_received_us >= OUTAGE_US;
}

/* What was sent to a dead address is lost without a trace, so the pictures begin anew. */
static void refresh_after_outage(struct path *path, struct transport *transport, int64_t now_us)
{
    if (!was_out(transport, now_us))
        return;
    for (int i = 0; i < transport->slot_count; i++)
        if (transport->slots[i]->source)
            want_key_frame(path, transport->slots[i]->source, now_us);
}

void follow(struct path *path, struct transport *transport, const struct address *address, int64_t now_us)
{
    if (transport->has_address && address_equal(&transport->destination.address, address))
        return;
    transport->has_address = true;
    transport->destination.address = *address;
    bind_address(path, transport, address);
    refresh_after_outage(path, transport, now_us);
}

/* Guesses who sent a datagram from an unknown address; only decryption proves it. */
static struct transport *owner_of_ssrc(const struct path *path, const uint8_t *datagram, size_t size)
{
    size_t at = is_rtcp(datagram, size) ? 4 : 8;
    if (size < at + 4)
        return NULL;
    uint32_t ssrc = load32(datagram + at);
    struct index_node *node = index_first(&path->streams_by_ssrc, ssrc);
    return node ? CONTAINER(node, struct stream, by_ssrc)->transport : NULL;
}

/* What it sent meanwhile is lost as well. It is asked now and not at a check from a new address, for until the client
 * has chosen that path its pictures still go to the old one. */
static void ask_after_outage(struct path *path, struct transport *transport, int64_t now_us)
{
    if (!was_out(transport, now_us))
        return;
    for (int i = 0; i < transport->source_count; i++) {
        struct source *source = transport->sources[i];
        if (source->slots || source->candidates)
            want_key_frame(path, source, now_us);
    }
}

static void arrived(struct path *path, struct transport *transport, size_t size, const struct address *from,
                    int64_t now_us)
{
    follow(path, transport, from, now_us);
    ask_after_outage(path, transport, now_us);
    transport->last_received_us = now_us;
    transport->packets_in++;
    transport->bytes_in += size;
    path->counters.packets_in++;
    path->counters.bytes_in += size;
}

static void count_refusal(struct path *path, enum srtp_status status)
{
    if (status == SRTP_TOO_MANY_STREAMS)
        path->counters.dropped_too_many_streams++;
    else
        path->counters.dropped_not_authentic++;
}

static void note_level(struct transport *transport, struct source *source, const struct rtp_packet *packet)
{
    struct rtp_element element;
    uint8_t id = transport->spec.extension_ids[EXTENSION_AUDIO_LEVEL];
    if (!rtp_find_element(&packet->extensions, id, &element) || !element.size)
        return;
    uint8_t level = element.data[0] & 0x7F;
    if (level < source->loudest)
        source->loudest = level;
}

/* Slots that waited for this layer leave the one that they showed until now. */
static void take_over(struct source *source, int64_t now_us)
{
    while (source->candidates) {
        struct slot *slot = source->candidates;
        transport_map_extensions(source->transport, slot->transport, slot->extension_ids);
        slot_take_over(slot, now_us);
    }
}

static void deliver(struct path *path, struct slot *slot, const struct media_packet *media, int64_t now_us)
{
    bool waited = slot_is_waiting(slot);
    forward_into(path, slot, media, now_us);
    if (waited && !slot_is_waiting(slot))
        forward_from(path, slot, media->number + 1, now_us); /* the key frame's beginning came late */
}

static void note_arrival(struct transport *transport, const struct rtp_packet *packet, int64_t now_us)
{
    struct rtp_element element;
    uint8_t id = transport->spec.extension_ids[EXTENSION_TRANSPORT_CC];
    if (rtp_find_element(&packet->extensions, id, &element) && element.size == sizeof(uint16_t))
        arrivals_note(transport->arrivals, load16(element.data), packet->ssrc, now_us);
}

static void receive_media(struct path *path, struct stream *stream, struct rtp_packet *packet, int64_t now_us)
{
    struct source *source = stream->source;
    struct media_packet media;
    if (stream->is_rtx && !source_unwrap_retransmission(source, packet)) {
        path->counters.dropped_padding++;
        return;
    }
    if (!source_read_red(source, packet, &media)) {
        path->counters.malformed_red++;
        return;
    }
    if (!source_receive(source, packet, stream->is_rtx, now_us, &media)) {
        path->counters.dropped_duplicate++;
        return;
    }
    source->started = true;
    note_level(stream->transport, source, packet);
    if (media.is_vp8 && media.descriptor.key_frame_start)
        take_over(source, now_us);
    for (struct slot *slot = source->slots; slot; slot = slot->next)
        deliver(path, slot, &media, now_us);
    repair(path, source, now_us);
}

static void receive_rtp(struct path *path, struct transport *transport, uint8_t *datagram, size_t size,
                        const struct address *from, int64_t now_us)
{
    struct rtp_packet packet;
    size_t plain = size;
    uint32_t ssrc = load32(datagram + 8);
    if (transport->stream_count == SRTP_MAX_STREAMS && !transport_find_stream(transport, ssrc)) {
        path->counters.dropped_too_many_streams++;
        return;
    }
    enum srtp_status status = srtp_unprotect_rtp(transport->receive, datagram, &plain);
    if (status != SRTP_OK) {
        count_refusal(path, status);
        return;
    }
    arrived(path, transport, size, from, now_us);
    if (!rtp_parse(datagram, plain, &packet)) {
        path->counters.malformed_rtp++;
        return;
    }
    note_arrival(transport, &packet, now_us);
    struct stream *stream = transport_stream(transport, &packet);
    if (!stream) {
        path->counters.dropped_unknown_stream++;
        return;
    }
    if (!stream->received) {
        stream->received = true;
        index_put(&path->streams_by_ssrc, &stream->by_ssrc, ssrc);
    }
    receive_media(path, stream, &packet, now_us);
}

static void receive_rtcp(struct path *path, struct transport *transport, uint8_t *datagram, size_t size,
                         const struct address *from, int64_t now_us)
{
    struct rtcp_packet packet;
    size_t plain = size, position = 0;
    enum srtp_status status = srtp_unprotect_rtcp(transport->receive, datagram, &plain);
    if (status != SRTP_OK) {
        count_refusal(path, status);
        return;
    }
    arrived(path, transport, size, from, now_us);
    if (!rtcp_is_well_formed(datagram, plain)) {
        path->counters.malformed_rtcp++;
        return;
    }
    while (rtcp_next(datagram, plain, &position, &packet))
        handle_feedback(path, transport, &packet, now_us);
}

static void receive_protected(struct path *path, uint8_t *datagram, size_t size, const struct address *from,
                              int64_t now_us)
{
    struct binding *binding = find_binding(path, from);
    struct transport *transport = binding ? binding->transport : owner_of_ssrc(path, datagram, size);
    if (!transport || !transport->receive)
        path->counters.dropped_unknown_address++;
    else if (!flood_admits(&transport->flood, size, path->flood_byte_ns, binding != NULL, now_us))
        path->counters.dropped_flood++;
    else if (is_rtcp(datagram, size))
        receive_rtcp(path, transport, datagram, size, from, now_us);
    else if (size < RTP_HEADER_SIZE)
        path->counters.malformed_rtp++;
    else
        receive_rtp(path, transport, datagram, size, from, now_us);
}

static bool admits_session(struct path *path, bool is_dtls, const struct address *from, int64_t now_us)
{
    struct binding *binding = find_binding(path, from);
    if (binding) {
        bool admitted = bucket_take(&binding->transport->flood.session, FLOOD_SESSION, now_us);
        path->counters.dropped_flood += !admitted;
        return admitted;
    }
    if (is_dtls) {
        path->counters.dropped_dtls_unknown_address++;
        return false;
    }
    bool admitted = admission_admits(&path->strangers, from, now_us);
    path->counters.dropped_stun_flood += !admitted;
    return admitted;
}

bool path_receive(struct path *path, uint8_t *datagram, size_t size, const struct address *from, int64_t now_us)
{
    uint8_t first = size ? datagram[0] : 255;
    bool is_stun = first <= 3, is_dtls = first >= 20 && first <= 63;
    if (size > DATAGRAM_SIZE)
        path->counters.dropped_too_long++;
    else if (is_stun || is_dtls)
        return admits_session(path, is_dtls, from, now_us);
    else if (first >= 128 && first <= 191)
        receive_protected(path, datagram, size, from, now_us);
    else
        path->counters.dropped_unknown_protocol++;
    return false;
}
