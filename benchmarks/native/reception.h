/* What a receiver knows of one stream, for its reports (RFC 3550 sections 6.4 and A.8). */
#ifndef LOAD_RECEPTION_H
#define LOAD_RECEPTION_H

#include <stdint.h>

#include "rtcp.h"
#include "rtp.h"
#include "sequence.h"

struct reception {
    uint32_t ssrc;
    uint32_t clock_rate;
    struct unwrapper numbers;
    int64_t first;
    int64_t received;
    int64_t reported_expected;
    int64_t reported_received;
    int64_t transit;
    int64_t jitter_16; /* in sixteenths of a tick */
    uint32_t last_sender_report;
    int64_t sender_report_at_us;
};

void reception_count(struct reception *reception, const struct rtp_packet *packet, int64_t now_us);

/* Takes note of a sender report, whose middle 32 bits of time the next block repeats. */
void reception_sender_report(struct reception *reception, uint64_t ntp_time, int64_t now_us);

/* The report block since the one before. */
struct rtcp_block reception_report(struct reception *reception, int64_t now_us);

#endif
