#include "reception.h"

#include <stdlib.h>

#include "clock.h"

static void update_jitter(struct reception *reception, uint32_t timestamp, int64_t now_us)
{
    int64_t transit = us_to_ticks(now_us, reception->clock_rate) - timestamp;
    if (reception->received > 1)
        reception->jitter_16 += llabs((int32_t)(transit - reception->transit)) - ((reception->jitter_16 + 8) >> 4);
    reception->transit = transit;
}

void reception_count(struct reception *reception, const struct rtp_packet *packet, int64_t now_us)
{
    int64_t number = unwrap(&reception->numbers, packet->sequence_number);
    if (reception->received++ == 0)
        reception->first = number;
    update_jitter(reception, packet->timestamp, now_us);
}

void reception_sender_report(struct reception *reception, uint64_t ntp_time, int64_t now_us)
{
    reception->last_sender_report = (uint32_t)(ntp_time >> 16);
    reception->sender_report_at_us = now_us;
}

static uint8_t fraction_lost(int64_t expected, int64_t received)
{
    return expected > received ? (uint8_t)(((expected - received) << 8) / (expected + 1)) : 0;
}

struct rtcp_block reception_report(struct reception *reception, int64_t now_us)
{
    int64_t expected = reception->numbers.highest - reception->first + 1;
    struct rtcp_block block = {
        .ssrc = reception->ssrc,
        .fraction_lost = fraction_lost(expected - reception->reported_expected,
                                       reception->received - reception->reported_received),
        .packets_lost = (int32_t)(expected - reception->received),
        .highest_sequence = (uint32_t)reception->numbers.highest,
        .jitter = (uint32_t)(reception->jitter_16 >> 4),
    };
    if (reception->last_sender_report) {
        block.last_sender_report = reception->last_sender_report;
        block.delay_since_last = (uint32_t)us_to_ticks(now_us - reception->sender_report_at_us, 65536);
    }
    reception->reported_expected = expected;
    reception->reported_received = reception->received;
    return block;
}
