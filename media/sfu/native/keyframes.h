/* Merging and throttling requests for key frames. */
#ifndef SPORTELLO_KEYFRAMES_H
#define SPORTELLO_KEYFRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/* Browsers answer a request at most this often; asking more only costs packets. */
#define KEY_FRAME_INTERVAL_US 300000

/* When one camera was last asked; TIME_NEVER at first. Its layers share this, because browsers answer a request
 * for one layer with key frames on all. */
struct key_frame_limit {
    int64_t requested_at_us;
};

/* Turns any number of wishes for a key frame of one source into few requests: whether to send one now; if so,
 * takes it as sent. A wish that comes too early is kept until the interval is over or a key frame has come. */
static inline bool key_frame_due(bool *wanted, struct key_frame_limit *limit, int64_t now_us)
{
    if (!*wanted || now_us - limit->requested_at_us < KEY_FRAME_INTERVAL_US)
        return false;
    *wanted = false;
    limit->requested_at_us = now_us;
    return true;
}

#endif
