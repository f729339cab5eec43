#include "egress.h"

#include "pacing.h"
#include "transport_cc.h"

/* A compound of reports at its longest must fit a datagram. */
_Static_assert(MAX_SLOTS * (4 + RTCP_SENDER_INFO_SIZE) + 8 + MAX_SOURCES * RTCP_BLOCK_SIZE + 24 + 20 + 4 * MAX_SOURCES <
                   RTP_ROOM, "reports may be too long");

/* A NACK of all that can be missing, with what comes before it. */
_Static_assert(40 + 4 * GAP_RING / 2 < RTP_ROOM, "requests for lost packets may be too long");

/* So must a report on arrivals. */
_Static_assert(40 + TRANSPORT_CC_MAX_SIZE < RTP_ROOM, "transport-wide feedback may be too long");

static void send_rtcp(struct path *path, struct transport *receiver, uint8_t *packet, size_t size)
{
    if (srtp_protect_rtcp(receiver->send, packet, &size) == SRTP_OK)
        queue_datagram(path, receiver, size);
}

void forward_into(struct path *path, struct slot *slot, const struct media_packet *packet, int64_t now_us)
{
    struct transport *receiver = slot->transport;
    if (!can_send(receiver))
        return;
    if (slot_bound(packet) > RTP_ROOM) {
        path->counters.dropped_too_long++;
        return;
    }
    uint8_t *room = outbox_room(path->outbox);
    size_t size = slot_forward(slot, packet, now_us, room);
    if (size)
        send_paced(path, slot, PACER_MEDIA, room, size, now_us);
}

void forward_from(struct path *path, struct slot *slot, int64_t number, int64_t now_us)
{
    const struct source *source = slot->source;
    for (; number <= source->highest.number; number++) {
        const struct media_packet *packet = source_packet(source, number);
        if (packet)
            forward_into(path, slot, packet, now_us);
    }
}

void retransmit(struct path *path, struct slot *slot, uint16_t sequence_number, int64_t now_us)
{
    const struct media_packet *packet = slot_find_lost(slot, sequence_number, now_us);
    if (!packet || !can_send(slot->transport) || slot_bound(packet) > RTP_ROOM)
        return;
    path->counters.packets_retransmitted++;
    uint8_t *room = outbox_room(path->outbox);
    size_t size = slot_retransmit(slot, packet, sequence_number, room);
    send_paced(path, slot, PACER_RETRANSMISSION, room, size, now_us);
}

static void request_lost(struct path *path, struct source *source, const int64_t *numbers, size_t count)
{
    struct transport *sender = source->transport;
    uint16_t wire[GAP_RING];
    for (size_t i = 0; i < count; i++)
        wire[i] = (uint16_t)numbers[i];
    path->counters.nacks_sent++;
    path->counters.packets_requested += count;
    uint8_t *room = outbox_room(path->outbox);
    size_t size = transport_write_prefix(sender, room);
    size += rtcp_write_nack(room + size, sender->spec.ssrc, source->ssrc.value, wire, count);
    send_rtcp(path, sender, room, size);
}

void repair(struct path *path, struct source *source, int64_t now_us)
{
    if (!source->gaps || !source->ssrc.known || !can_send(source->transport))
        return;
    if (!source->slots && !source->candidates)
        return; /* nobody would miss them */
    int64_t numbers[GAP_RING];
    size_t count = gaps_due(source->gaps, now_us, numbers);
    if (count)
        request_lost(path, source, numbers, count);
    if (gaps_take_unrecoverable(source->gaps)) {
        source->key_frame_wish.in_vain = true;
        want_key_frame(path, source, now_us);
    }
}

void want_key_frame(struct path *path, struct source *source, int64_t now_us)
{
    source->key_frame_wish.wanted = true;
    request_due_key_frame(path, source, now_us);
}

void request_due_key_frame(struct path *path, struct source *source, int64_t now_us)
{
    struct transport *sender = source->transport;
    const struct source_spec *spec = &source->spec;
    struct key_frame_limit *limit = &source->leader->key_frame_limit;
    if (!source->ssrc.known || !can_send(sender) || !key_frame_due(&source->key_frame_wish, limit, now_us))
        return;
    if (!spec->pli && !spec->fir)
        return;
    path->counters.key_frame_requests_sent++;
    uint8_t *room = outbox_room(path->outbox);
    size_t size = transport_write_prefix(sender, room);
    if (spec->pli)
        size += rtcp_write_picture_loss(room + size, sender->spec.ssrc, source->ssrc.value);
    else
        size += rtcp_write_full_intra(room + size, sender->spec.ssrc, source->ssrc.value, ++source->fir_command);
    send_rtcp(path, sender, room, size);
}

void send_transport_feedback(struct path *path, struct transport *transport, int64_t now_us)
{
    if (!transport->arrivals || !can_send(transport))
        return;
    while (arrivals_pending(transport->arrivals)) {
        uint8_t *room = outbox_room(path->outbox);
        size_t size = transport_write_prefix(transport, room);
        size += arrivals_write(transport->arrivals, transport->spec.ssrc, room + size);
        path->counters.transport_feedback_sent++;
        send_rtcp(path, transport, room, size);
    }
    transport->next_feedback_us = now_us + ARRIVALS_REPORT_INTERVAL_US;
}

void send_reports(struct path *path, struct transport *transport, int64_t now_us)
{
    if (!can_send(transport))
        return;
    uint8_t *room = outbox_room(path->outbox);
    send_rtcp(path, transport, room, transport_write_reports(transport, path->uplink_bps, now_us, room));
}
