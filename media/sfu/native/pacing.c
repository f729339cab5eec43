#include "pacing.h"

#include <stdlib.h>
#include <string.h>

/* A probe repeats packets as recent as these. */
#define PROBE_RECENT 16

void queue_datagram(struct path *path, struct transport *receiver, size_t size)
{
    receiver->packets_out++;
    receiver->bytes_out += size;
    path->counters.packets_out++;
    path->counters.bytes_out += size;
    outbox_put(path->outbox, &receiver->destination, size);
}

/* Sends a packet under the next transport-wide number, where its m-line has these; returns its size on the wire. */
static uint16_t send_rtp(struct path *path, struct slot *slot, uint8_t *packet, size_t size, bool is_probe,
                         int64_t now_us)
{
    struct transport *receiver = slot->transport;
    struct sent *sent = slot->spec.transport_cc_id && receiver->congestion ? &receiver->congestion->sent : NULL;
    if (sent)
        rtp_set_transport_number(packet, sent_number(sent));
    if (srtp_protect_rtp(receiver->send, packet, &size) != SRTP_OK)
        return 0;
    uint16_t wire_size = (uint16_t)(size + address_headers_size(&receiver->destination.address));
    if (sent)
        sent_note(sent, wire_size, is_probe, now_us);
    queue_datagram(path, receiver, size);
    return wire_size;
}

static void send_waiting(struct path *path, struct transport *receiver, int64_t now_us)
{
    struct waiting_packet *packet;
    while ((packet = pacer_take(&receiver->pacer, now_us))) {
        uint8_t *room = outbox_room(path->outbox);
        memcpy(room, packet->data, packet->size);
        if (can_send(receiver))
            send_rtp(path, packet->slot, room, packet->size, false, now_us);
        free(packet);
    }
}

/* Repeats one of the latest packets, or writes padding where that would be too long. */
static size_t write_probe(struct slot *slot, const struct cluster *cluster, int64_t now_us, uint8_t *out)
{
    uint16_t number = (uint16_t)(slot->last.number - cluster->packets % PROBE_RECENT);
    const struct media_packet *packet = slot_find_lost(slot, number, now_us);
    if (packet && slot_bound(packet) <= RTP_ROOM && packet->rtp.payload_size <= cluster_longest_packet(cluster))
        return slot_retransmit(slot, packet, number, out);
    return slot_write_padding(slot, out);
}

/* A stream on which something was sent and may be sent again. */
static struct slot *probing_slot(const struct transport *transport)
{
    for (int i = 0; i < transport->slot_count; i++) {
        struct slot *slot = transport->slots[i];
        if (slot->last.known && slot->spec.rtx_ssrc.known && slot->spec.transport_cc_id)
            return slot;
    }
    return NULL;
}

static void send_probe(struct path *path, struct transport *transport, int64_t now_us)
{
    struct cluster *cluster = &transport->congestion->cluster;
    while (cluster_is_due(cluster, now_us)) {
        struct slot *slot = probing_slot(transport);
        int64_t number = transport->congestion->sent.next;
        uint8_t *room = outbox_room(path->outbox);
        uint16_t size = send_rtp(path, slot, room, write_probe(slot, cluster, now_us, room), true, now_us);
        path->counters.probes_sent += size > 0;
        cluster_sent(cluster, size ? size : cluster->total, number);
    }
}

static int64_t due_us(const struct transport *transport)
{
    int64_t packet_us = pacer_due_us(&transport->pacer);
    int64_t probe_us = transport->congestion ? cluster_due_us(&transport->congestion->cluster) : INT64_MAX;
    return packet_us < probe_us ? packet_us : probe_us;
}

static void await_release(struct path *path, struct transport *transport)
{
    if (!transport->is_waiting) {
        transport->next_waiting = path->waiting;
        path->waiting = transport;
        transport->is_waiting = true;
    }
    int64_t at_us = due_us(transport);
    if (at_us < path->next_release_us)
        path->next_release_us = at_us;
}

void send_paced(struct path *path, struct slot *slot, enum pacer_class class, uint8_t *packet, size_t size,
                int64_t now_us)
{
    struct transport *receiver = slot->transport;
    struct pacer *pacer = &receiver->pacer;
    bool paced = pacer->byte_us_16 && slot->spec.kind == MEDIA_VIDEO;
    if (paced && !pacer_is_open(pacer, now_us) && pacer_put(pacer, class, slot, packet, size, now_us)) {
        path->counters.packets_paced++;
        if (pacer->count > PACER_CAPACITY)
            send_waiting(path, receiver, now_us);
        await_release(path, receiver);
        return;
    }
    if (paced)
        pacer_charge(pacer, size, now_us);
    send_rtp(path, slot, packet, size, false, now_us);
}

uint32_t begin_probe(struct path *path, struct transport *transport, uint64_t bps, int64_t duration_us,
                     int64_t now_us)
{
    if (!transport->congestion || !can_send(transport) || !probing_slot(transport))
        return 0;
    struct cluster *cluster = &transport->congestion->cluster;
    cluster_begin(cluster, bps, duration_us, transport->congestion->sent.next, now_us);
    send_probe(path, transport, now_us);
    await_release(path, transport);
    return cluster->id;
}

void release_due(struct path *path, int64_t now_us)
{
    struct transport **link = &path->waiting;
    path->next_release_us = INT64_MAX;
    while (*link) {
        struct transport *transport = *link;
        send_waiting(path, transport, now_us);
        if (transport->congestion)
            send_probe(path, transport, now_us);
        int64_t at_us = due_us(transport);
        if (at_us < path->next_release_us)
            path->next_release_us = at_us;
        if (at_us == INT64_MAX) {
            transport->is_waiting = false;
            *link = transport->next_waiting;
        } else {
            link = &transport->next_waiting;
        }
    }
}

void release_nothing(struct path *path, struct transport *transport)
{
    struct transport **link = &path->waiting;
    while (*link && *link != transport)
        link = &(*link)->next_waiting;
    if (*link)
        *link = transport->next_waiting;
    transport->is_waiting = false;
}
