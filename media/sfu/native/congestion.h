/* The condition of the way to a client, measured from its transport-wide feedback.
 *
 * Per packet only what is needed to tell delay from loss is kept; rates are added up when somebody asks, a few
 * times a second. What follows from them for the sender is decided elsewhere. */
#ifndef SPORTELLO_CONGESTION_H
#define SPORTELLO_CONGESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "arrival_groups.h"
#include "cluster.h"
#include "sent.h"
#include "transport_cc.h"
#include "trendline.h"

/* The lowest one-way delay of the last half minute to minute, in two halves; clocks may differ. */
struct delay_memory {
    int64_t since_us; /* when the newer half began; TIME_NEVER: nothing is known */
    int64_t newer_us;
    int64_t older_us;
};

struct congestion {
    struct sent sent;
    struct arrival_groups groups;
    struct trendline trendline;
    bool has_reference;
    int64_t reference;  /* of the newest feedback, extended */
    int64_t told;       /* packets up to this number (exclusive) were the subject of feedback */
    int64_t feedback_us; /* TIME_NEVER: none yet */
    int64_t newest_arrival_us; /* TIME_NEVER: none yet */
    int64_t round_trip_us; /* -1: not known yet, as the queue */
    int64_t queue_us;
    struct delay_memory delays;
    struct cluster cluster;
    uint64_t acked, lost;
    uint64_t overuses;
};

/* What is known; rates in bit/s on the wire over the last 300 ms, of sending and of arrival. */
struct congestion_report {
    int64_t feedback_us; /* of the newest; TIME_NEVER: none yet */
    int64_t acked_bps;   /* -1: not known yet */
    int64_t sent_bps;
    uint64_t packets_acked, packets_lost;
    enum delay_state delay_state;
    uint64_t overuses; /* feedbacks that showed some */
    double trend_ms;
    int64_t queue_us;      /* the lowest one-way delay of the newest feedback above the lowest of the last minute or
                              half; -1: not known yet */
    int64_t round_trip_us; /* -1: not known yet */
    uint32_t in_flight;    /* bytes sent after all that feedback was about */
    uint32_t probe;        /* the cluster that was measured last; 0: none */
    int64_t probe_bps;
};

void congestion_init(struct congestion *congestion);

/* Takes feedback that was begun to be read. */
void congestion_feedback(struct congestion *congestion, struct transport_cc_reader *reader, int64_t now_us);

void congestion_read(const struct congestion *congestion, int64_t now_us, struct congestion_report *report);

#endif
