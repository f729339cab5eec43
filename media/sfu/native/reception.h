/* Reception statistics of an incoming stream (RFC 3550 section 6.4.1, appendices A.3 and A.8). */
#ifndef SPORTELLO_RECEPTION_H
#define SPORTELLO_RECEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "rtcp.h"

/* One SSRC's counts; all zero before its first packet. */
struct reception {
    bool started;
    int64_t first;
    int64_t highest;
    int64_t received;
    int64_t previous_expected;
    int64_t previous_received;
    uint32_t transit;
    uint32_t jitter; /* in 1/16 of a clock tick */
    int64_t interval_lost;     /* of the last reporting interval */
    int64_t interval_expected;
};

/* Counts a packet with this extended number and RTP timestamp. */
void reception_received(struct reception *reception, int64_t number, uint32_t timestamp, int64_t clock_rate,
                        int64_t now_us);

/* Share of packets lost in the last reporting interval, 0 to 1. */
double reception_loss(const struct reception *reception);

/* Closes the interval and fills in its block, all but the SSRC and the last sender report; false before the
 * first packet. */
bool reception_report(struct reception *reception, struct rtcp_block *block);

#endif
