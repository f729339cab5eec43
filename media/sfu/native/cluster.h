/* A cluster of packets that are sent to find out whether the way to a client carries a rate.
 *
 * It leaves at that rate, in steps of about CLUSTER_STEP_US. The lower of the rates at which it left and arrived is
 * the result, as in libwebrtc's ProbeBitrateEstimator, but with all that left between its packets. */
#ifndef SPORTELLO_CLUSTER_H
#define SPORTELLO_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "sent.h"

#define CLUSTER_STEP_US 2000
#define CLUSTER_MIN_PACKETS 5

/* All zero before the first. */
struct cluster {
    uint32_t id; /* from 1 on */
    bool sending;
    uint64_t bps;
    int64_t began_us;
    uint32_t total; /* bytes to send */
    uint32_t sent;
    int packets;
    int64_t first; /* numbers of its packets, with others between them */
    int64_t end;
    bool told; /* the fate of all its packets is known */
    uint32_t result; /* the cluster that was measured last; 0: none */
    int64_t result_bps;
};

/* Begins the next cluster, whose first packet has this number or a later one; gives up the one before. */
void cluster_begin(struct cluster *cluster, uint64_t bps, int64_t duration_us, int64_t first, int64_t now_us);

/* When the next packet is due; INT64_MAX if there is none. */
int64_t cluster_due_us(const struct cluster *cluster);

/* Whether one is to be sent now. */
static inline bool cluster_is_due(const struct cluster *cluster, int64_t now_us)
{
    return cluster->sending && cluster_due_us(cluster) < now_us + CLUSTER_STEP_US;
}

/* How long a packet's payload may be, so that there are enough of them. */
static inline uint32_t cluster_longest_packet(const struct cluster *cluster)
{
    return cluster->total / CLUSTER_MIN_PACKETS;
}

/* Takes note of a packet of the cluster that was sent. */
void cluster_sent(struct cluster *cluster, uint32_t size, int64_t number);

/* Measures the cluster once most of its packets are known to have arrived; `told` is the first number of which
 * feedback has not spoken. */
void cluster_measure(struct cluster *cluster, const struct sent *sent, int64_t told);

#endif
