/* Merging and throttling requests for key frames. */
#ifndef SPORTELLO_KEYFRAMES_H
#define SPORTELLO_KEYFRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/* Browsers answer a request at most this often; asking more only costs packets. */
#define KEY_FRAME_INTERVAL_US 300000

/* Turns any number of wishes for a key frame of one source into few requests. A wish that comes too early
 * is kept until the interval is over or a key frame has come. */
struct key_frame_requests {
    bool wanted;
    int64_t requested_at_us; /* TIME_NEVER at first */
};

/* Whether to send a request now; if so, takes it as sent. */
static inline bool key_frame_due(struct key_frame_requests *requests, int64_t now_us)
{
    if (!requests->wanted || now_us - requests->requested_at_us < KEY_FRAME_INTERVAL_US)
        return false;
    requests->wanted = false;
    requests->requested_at_us = now_us;
    return true;
}

#endif
