#include "congestion.h"

#include "clock.h"

#define RATE_WINDOW_US 300000
#define HALF_MEMORY_US 30000000

void congestion_init(struct congestion *congestion)
{
    trendline_init(&congestion->trendline);
    congestion->feedback_us = congestion->newest_arrival_us = congestion->delays.since_us = TIME_NEVER;
    congestion->round_trip_us = congestion->queue_us = -1;
}

/* The reference time nearest to the one before, of which the client names 24 bits. */
static int64_t extend_reference(struct congestion *congestion, uint32_t reference)
{
    if (!congestion->has_reference)
        congestion->reference = reference;
    congestion->has_reference = true;
    int32_t ahead = (int32_t)((reference - (uint32_t)congestion->reference) << 8) >> 8;
    congestion->reference += ahead;
    return congestion->reference;
}

/* Takes a feedback's lowest delay; returns the lowest of the last half minute to minute. */
static int64_t remember_delay(struct delay_memory *memory, int64_t delay_us, int64_t now_us)
{
    if (memory->since_us == TIME_NEVER || now_us - memory->since_us > HALF_MEMORY_US) {
        memory->older_us = memory->since_us == TIME_NEVER ? delay_us : memory->newer_us;
        memory->newer_us = delay_us;
        memory->since_us = now_us;
    }
    if (delay_us < memory->newer_us)
        memory->newer_us = delay_us;
    return memory->newer_us < memory->older_us ? memory->newer_us : memory->older_us;
}

/* Takes a packet that arrived; returns whether that showed overuse. */
static bool arrived(struct congestion *congestion, const struct sent_packet *packet, int64_t now_us)
{
    struct group_distance distance;
    congestion->acked++;
    congestion->round_trip_us = now_us - packet->at_us;
    if (packet->arrival_us > congestion->newest_arrival_us)
        congestion->newest_arrival_us = packet->arrival_us;
    if (!arrival_groups_take(&congestion->groups, packet->at_us, packet->arrival_us, &distance))
        return false;
    trendline_update(&congestion->trendline, distance.sent_us / 1000.0, distance.arrival_us / 1000.0,
                     packet->arrival_us / 1000.0);
    return congestion->trendline.state == DELAY_OVERUSING;
}

/* What one feedback showed. */
struct round {
    int64_t now_us;
    int64_t tick;      /* of the packet that was read last */
    int64_t lowest_us; /* of the one-way delays; INT64_MAX: nothing arrived */
    bool overused;
};

static void take_run(struct congestion *congestion, struct transport_cc_reader *reader,
                     const struct transport_cc_run *run, int64_t number, struct round *round)
{
    if (run->symbol == TRANSPORT_CC_LOST) {
        congestion->lost += sent_lost(&congestion->sent, number, run->count);
        return;
    }
    for (int64_t end = number + run->count; number < end; number++) {
        round->tick += transport_cc_delta(reader, run->symbol);
        const struct sent_packet *packet =
            sent_arrived(&congestion->sent, number, round->tick * TRANSPORT_CC_TICK_US);
        if (!packet)
            continue;
        round->overused |= arrived(congestion, packet, round->now_us);
        if (packet->arrival_us - packet->at_us < round->lowest_us)
            round->lowest_us = packet->arrival_us - packet->at_us;
    }
}

void congestion_feedback(struct congestion *congestion, struct transport_cc_reader *reader, int64_t now_us)
{
    struct transport_cc_run run;
    int64_t number = sent_extend(&congestion->sent, reader->base);
    int64_t tick = extend_reference(congestion, reader->reference) * TRANSPORT_CC_REFERENCE_TICKS;
    struct round round = {.now_us = now_us, .tick = tick, .lowest_us = INT64_MAX};
    while (transport_cc_next(reader, &run)) {
        take_run(congestion, reader, &run, number, &round);
        number += run.count;
    }
    if (number > congestion->sent.next)
        number = congestion->sent.next;
    if (number > congestion->told)
        congestion->told = number;
    cluster_measure(&congestion->cluster, &congestion->sent, congestion->told);
    congestion->feedback_us = now_us;
    congestion->overuses += round.overused;
    if (round.lowest_us != INT64_MAX)
        congestion->queue_us = round.lowest_us - remember_delay(&congestion->delays, round.lowest_us, now_us);
}

/* Bytes that arrived within a window before the newest arrival, from the newest packets back to one that came
 * before it. */
static int64_t arrived_bytes(const struct congestion *congestion)
{
    int64_t bytes = 0, oldest = sent_oldest(&congestion->sent);
    for (int64_t number = congestion->told - 1; number >= oldest; number--) {
        const struct sent_packet *packet = sent_packet(&congestion->sent, number);
        if (packet->fate != FATE_ARRIVED)
            continue;
        if (packet->arrival_us <= congestion->newest_arrival_us - RATE_WINDOW_US)
            break;
        bytes += packet->size;
    }
    return bytes;
}

static int64_t to_bps(int64_t bytes) { return bytes * 8 * SECOND_US / RATE_WINDOW_US; }

void congestion_read(const struct congestion *congestion, int64_t now_us, struct congestion_report *report)
{
    const struct sent *sent = &congestion->sent;
    bool known = congestion->newest_arrival_us != TIME_NEVER;
    *report = (struct congestion_report){
        .feedback_us = congestion->feedback_us,
        .acked_bps = known ? to_bps(arrived_bytes(congestion)) : -1,
        .sent_bps = to_bps(sent_bytes_from(sent, sent_first_after(sent, now_us - RATE_WINDOW_US))),
        .packets_acked = congestion->acked,
        .packets_lost = congestion->lost,
        .delay_state = congestion->trendline.state,
        .overuses = congestion->overuses,
        .trend_ms = congestion->trendline.trend,
        .queue_us = congestion->queue_us,
        .round_trip_us = congestion->round_trip_us,
        .in_flight = sent_bytes_from(sent, congestion->told),
        .probe = congestion->cluster.result,
        .probe_bps = congestion->cluster.result_bps,
    };
}
