/* What clients report and ask for in RTCP. */
#include <string.h>

#include "bytes.h"
#include "egress.h"
#include "ingress.h"
#include "transport_cc.h"

#define FEEDBACK_SIZE 8

static void sender_report(struct transport *transport, const struct rtcp_packet *packet, int64_t now_us)
{
    struct rtcp_sender_report report = rtcp_read_sender_report(packet);
    struct stream *stream = transport_find_stream(transport, report.ssrc);
    if (!stream || stream->is_rtx)
        return;
    stream->source->sender_report.known = true;
    stream->source->sender_report.report = report;
    stream->source->sender_report.received_at_us = now_us;
}

static void report_blocks(struct transport *transport, const uint8_t *blocks, uint8_t count, int64_t now_us)
{
    for (int i = 0; i < count; i++) {
        struct rtcp_block block = rtcp_read_block(blocks + i * RTCP_BLOCK_SIZE);
        struct slot *slot = transport_find_slot(transport, block.ssrc);
        int64_t round_trip_us = slot ? slot_report_received(slot, &block, now_us) : -1;
        if (round_trip_us >= 0)
            transport->round_trip_us = round_trip_us;
    }
}

/* Sends a packet again, unless this request named it already. */
static void resend_once(struct path *path, struct slot *slot, uint16_t number, uint64_t *named, int64_t now_us)
{
    uint64_t bit = UINT64_C(1) << (number % 64);
    if (named[number / 64] & bit)
        return;
    named[number / 64] |= bit;
    retransmit(path, slot, number, now_us);
}

static void nack(struct path *path, struct transport *transport, const struct rtcp_packet *packet, int64_t now_us)
{
    struct slot *slot = transport_find_slot(transport, load32(packet->body + 4));
    if (!slot)
        return;
    uint64_t named[(1 << 16) / 64];
    memset(named, 0, sizeof named);
    path->counters.nacks_received++;
    for (size_t at = FEEDBACK_SIZE; at < packet->size; at += 4) {
        uint16_t first = load16(packet->body + at), following = load16(packet->body + at + 2);
        resend_once(path, slot, first, named, now_us);
        for (int bit = 0; bit < 16; bit++)
            if (following >> bit & 1)
                resend_once(path, slot, (uint16_t)(first + bit + 1), named, now_us);
    }
}

static void transport_feedback(struct path *path, struct transport *transport, const struct rtcp_packet *packet,
                               int64_t now_us)
{
    struct congestion *congestion = transport->congestion;
    struct transport_cc_reader reader;
    if (!congestion || !transport_cc_begin(packet, &reader))
        return;
    uint64_t acked = congestion->acked, lost = congestion->lost;
    congestion_feedback(congestion, &reader, now_us);
    path->counters.transport_feedback_received++;
    path->counters.packets_acknowledged += congestion->acked - acked;
    path->counters.packets_reported_lost += congestion->lost - lost;
}

static void key_frame_wanted(struct path *path, struct transport *transport, uint32_t ssrc, int64_t now_us)
{
    struct slot *slot = transport_find_slot(transport, ssrc);
    if (!slot)
        return;
    path->counters.key_frame_requests_received++;
    if (slot->source)
        want_key_frame(path, slot->source, now_us);
}

static void payload_feedback(struct path *path, struct transport *transport, const struct rtcp_packet *packet,
                             int64_t now_us)
{
    if (packet->count == RTCP_PICTURE_LOSS)
        key_frame_wanted(path, transport, load32(packet->body + 4), now_us);
    if (packet->count == RTCP_FULL_INTRA)
        for (size_t at = FEEDBACK_SIZE; at + 8 <= packet->size; at += 8)
            key_frame_wanted(path, transport, load32(packet->body + at), now_us);
}

void handle_feedback(struct path *path, struct transport *transport, const struct rtcp_packet *packet,
                     int64_t now_us)
{
    switch (packet->type) {
    case RTCP_SENDER_REPORT:
        sender_report(transport, packet, now_us);
        report_blocks(transport, packet->body + RTCP_SENDER_INFO_SIZE, packet->count, now_us);
        break;
    case RTCP_RECEIVER_REPORT:
        report_blocks(transport, packet->body + 4, packet->count, now_us);
        break;
    case RTCP_TRANSPORT_FEEDBACK:
        if (packet->count == RTCP_GENERIC_NACK)
            nack(path, transport, packet, now_us);
        else if (packet->count == RTCP_TRANSPORT_WIDE)
            transport_feedback(path, transport, packet, now_us);
        break;
    case RTCP_PAYLOAD_FEEDBACK:
        payload_feedback(path, transport, packet, now_us);
        break;
    default:
        break;
    }
}
