#include "cluster.h"

#include "clock.h"

void cluster_begin(struct cluster *cluster, uint64_t bps, int64_t duration_us, int64_t first, int64_t now_us)
{
    *cluster = (struct cluster){
        .id = cluster->id + 1,
        .sending = true,
        .bps = bps,
        .began_us = now_us,
        .total = (uint32_t)(bps * (uint64_t)duration_us / (8 * SECOND_US)),
        .first = first,
        .result = cluster->result,
        .result_bps = cluster->result_bps,
    };
}

int64_t cluster_due_us(const struct cluster *cluster)
{
    if (!cluster->sending)
        return INT64_MAX;
    return cluster->began_us + (int64_t)((uint64_t)cluster->sent * 8 * SECOND_US / cluster->bps);
}

void cluster_sent(struct cluster *cluster, uint32_t size, int64_t number)
{
    cluster->sent += size;
    cluster->packets++;
    cluster->end = number + 1;
    cluster->sending = cluster->sent < cluster->total || cluster->packets < CLUSTER_MIN_PACKETS;
}

/* What is known of a cluster's packets: of those that arrived, the bytes, and the first and the last. What left
 * between them took its share of the line, so it counts too. */
struct tally {
    int count;
    int arrived;
    int64_t bytes;
    int64_t between; /* since the last of the cluster's that arrived */
    const struct sent_packet *first_sent, *last_sent;
    const struct sent_packet *first_arrived, *last_arrived;
};

static void add(struct tally *tally, const struct sent_packet *packet)
{
    tally->count += packet->is_probe;
    if (packet->fate != FATE_ARRIVED)
        return;
    if (!packet->is_probe) {
        tally->between += tally->first_sent ? packet->size : 0;
        return;
    }
    tally->arrived++;
    tally->bytes += tally->between + packet->size;
    tally->between = 0;
    if (!tally->first_sent)
        tally->first_sent = tally->first_arrived = tally->last_arrived = packet;
    tally->last_sent = packet;
    if (packet->arrival_us < tally->first_arrived->arrival_us)
        tally->first_arrived = packet;
    if (packet->arrival_us > tally->last_arrived->arrival_us)
        tally->last_arrived = packet;
}

static int64_t rate(int64_t bytes, int64_t from_us, int64_t to_us)
{
    return bytes * 8 * SECOND_US / (to_us > from_us ? to_us - from_us : 1);
}

void cluster_measure(struct cluster *cluster, const struct sent *sent, int64_t told)
{
    struct tally tally = {0};
    if (!cluster->id || cluster->sending || cluster->told)
        return;
    cluster->told = told >= cluster->end;
    for (int64_t number = cluster->first; number < cluster->end; number++) {
        const struct sent_packet *packet = sent_packet(sent, number);
        if (packet)
            add(&tally, packet);
    }
    if (tally.arrived < 2 || 5 * tally.arrived < 4 * tally.count)
        return;
    int64_t sent_bps = rate(tally.bytes - tally.last_sent->size, tally.first_sent->at_us, tally.last_sent->at_us);
    int64_t arrived_bps = rate(tally.bytes - tally.first_arrived->size, tally.first_arrived->arrival_us,
                               tally.last_arrived->arrival_us);
    cluster->result = cluster->id;
    cluster->result_bps = sent_bps < arrived_bps ? sent_bps : arrived_bps;
}
