#include "transport.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

static const char CNAME[] = "sportello";

static bool prepare_feedback(struct transport *transport)
{
    if (!transport->spec.extension_ids[EXTENSION_TRANSPORT_CC])
        return true;
    transport->arrivals = calloc(1, sizeof *transport->arrivals);
    transport->congestion = calloc(1, sizeof *transport->congestion);
    if (transport->congestion)
        congestion_init(transport->congestion);
    return transport->arrivals && transport->congestion;
}

struct transport *transport_new(uint32_t id, const struct transport_spec *spec)
{
    struct transport *transport = calloc(1, sizeof *transport);
    if (!transport)
        return NULL;
    transport->id = id;
    transport->spec = *spec;
    transport->next_feedback_us = transport->next_report_us = TIME_NEVER;
    transport->last_received_us = TIME_NEVER;
    transport->round_trip_us = -1;
    if (prepare_feedback(transport))
        return transport;
    transport_free(transport);
    return NULL;
}

void transport_free(struct transport *transport)
{
    for (int i = 0; i < transport->slot_count; i++)
        free(transport->slots[i]);
    for (int i = 0; i < transport->source_count; i++)
        source_free(transport->sources[i]);
    srtp_free(transport->receive);
    srtp_free(transport->send);
    pacer_discard(&transport->pacer, NULL);
    free(transport->arrivals);
    free(transport->congestion);
    free(transport);
}

bool transport_set_keys(struct transport *transport, enum srtp_profile profile, const uint8_t *receive,
                        const uint8_t *send)
{
    struct srtp *incoming = srtp_new(profile, receive), *outgoing = srtp_new(profile, send);
    if (!incoming || !outgoing) {
        srtp_free(incoming);
        srtp_free(outgoing);
        return false;
    }
    srtp_free(transport->receive);
    srtp_free(transport->send);
    transport->receive = incoming;
    transport->send = outgoing;
    return true;
}

struct stream *transport_add_stream(struct transport *transport, uint32_t ssrc, struct source *source, bool is_rtx)
{
    if (transport->stream_count == SRTP_MAX_STREAMS)
        return NULL;
    struct stream *stream = &transport->streams[transport->stream_count++];
    *stream = (struct stream){.transport = transport, .source = source, .ssrc = ssrc, .is_rtx = is_rtx};
    return stream;
}

struct stream *transport_find_stream(struct transport *transport, uint32_t ssrc)
{
    for (int i = 0; i < transport->stream_count; i++)
        if (transport->streams[i].ssrc == ssrc)
            return &transport->streams[i];
    return NULL;
}

/* Whether a packet's header extension of this kind holds this text. */
static bool says(const struct transport *transport, const struct rtp_packet *packet, enum extension kind,
                 const uint8_t *text, uint8_t size)
{
    struct rtp_element element;
    if (!rtp_find_element(&packet->extensions, transport->spec.extension_ids[kind], &element))
        return false;
    return element.size == size && memcmp(element.data, text, size) == 0;
}

/* Whether a packet is of a source, as its mid and rid tell (RFC 8852). */
static bool is_of(const struct transport *transport, const struct source_spec *spec, const struct rtp_packet *packet)
{
    bool is_rtx = packet->payload_type == spec->rtx_payload_type;
    enum extension kind = is_rtx ? EXTENSION_REPAIRED_RID : EXTENSION_RID;
    if (!says(transport, packet, EXTENSION_MID, spec->mid, spec->mid_size))
        return false;
    return !spec->rid_size || says(transport, packet, kind, spec->rid, spec->rid_size);
}

static struct source *source_of(const struct transport *transport, const struct rtp_packet *packet)
{
    for (int i = 0; i < transport->source_count; i++)
        if (is_of(transport, &transport->sources[i]->spec, packet))
            return transport->sources[i];
    return NULL;
}

static struct stream *learn(struct transport *transport, const struct rtp_packet *packet)
{
    struct source *source = source_of(transport, packet);
    if (!source)
        return NULL;
    bool is_rtx = packet->payload_type == source->spec.rtx_payload_type;
    struct stream *stream = transport_add_stream(transport, packet->ssrc, source, is_rtx);
    if (!stream)
        return NULL;
    if (!is_rtx)
        source_restart(source, packet->ssrc);
    transport->next_report_us = TIME_NEVER;
    return stream;
}

struct stream *transport_stream(struct transport *transport, const struct rtp_packet *packet)
{
    struct stream *stream = transport_find_stream(transport, packet->ssrc);
    if (!stream)
        stream = learn(transport, packet);
    if (!stream)
        return NULL;
    const struct source_spec *spec = &stream->source->spec;
    int expected = stream->is_rtx ? spec->rtx_payload_type : spec->payload_type;
    bool is_red = !stream->is_rtx && packet->payload_type == spec->red_payload_type;
    return packet->payload_type == expected || is_red ? stream : NULL;
}

struct source *transport_find_leader(const struct transport *transport, const struct source_spec *spec)
{
    for (int i = 0; i < transport->source_count; i++) {
        const struct source_spec *other = &transport->sources[i]->spec;
        if (other->mid_size == spec->mid_size && memcmp(other->mid, spec->mid, spec->mid_size) == 0)
            return transport->sources[i];
    }
    return NULL;
}

struct slot *transport_find_slot(struct transport *transport, uint32_t ssrc)
{
    for (int i = 0; i < transport->slot_count; i++)
        if (transport->slots[i]->spec.ssrc == ssrc)
            return transport->slots[i];
    return NULL;
}

void transport_map_extensions(const struct transport *sender, const struct transport *receiver, uint8_t ids[256])
{
    memset(ids, 0, 256);
    for (int kind = EXTENSION_FIRST_FORWARDED; kind < EXTENSION_COUNT; kind++)
        if (sender->spec.extension_ids[kind])
            ids[sender->spec.extension_ids[kind]] = receiver->spec.extension_ids[kind];
}

size_t transport_write_prefix(const struct transport *transport, uint8_t *out)
{
    if (transport->spec.reduced_size_rtcp)
        return 0;
    size_t size = rtcp_write_receiver_report(out, transport->spec.ssrc, NULL, 0);
    return size + rtcp_write_description(out + size, transport->spec.ssrc, CNAME);
}

static size_t write_sender_reports(struct transport *transport, int64_t now_us, uint8_t *out)
{
    struct rtcp_sender_report report;
    size_t size = 0;
    for (int i = 0; i < transport->slot_count; i++)
        if (slot_sender_report(transport->slots[i], now_us, &report))
            size += rtcp_write_sender_report(out + size, &report);
    return size;
}

size_t transport_write_reports(struct transport *transport, uint64_t estimate_bps, int64_t now_us, uint8_t *out)
{
    struct rtcp_block blocks[MAX_SOURCES];
    uint32_t limited[MAX_SOURCES];
    size_t block_count = 0, limited_count = 0;
    transport->next_report_us = now_us + REPORT_INTERVAL_US;
    size_t size = write_sender_reports(transport, now_us, out);
    for (int i = 0; i < transport->source_count; i++) {
        struct source *source = transport->sources[i];
        block_count += source_report(source, now_us, &blocks[block_count]);
        if (source->ssrc.known && source->spec.remb)
            limited[limited_count++] = source->ssrc.value;
    }
    size += rtcp_write_receiver_report(out + size, transport->spec.ssrc, blocks, block_count);
    size += rtcp_write_description(out + size, transport->spec.ssrc, CNAME);
    if (limited_count)
        size += rtcp_write_estimate(out + size, transport->spec.ssrc, estimate_bps, limited, limited_count);
    return size;
}
