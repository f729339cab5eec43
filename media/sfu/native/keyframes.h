/* Merging and throttling requests for key frames.
 *
 * A narrow line is filled by the key frames that are asked for: each costs as much as a second of other pictures, and
 * an encoder that made too many drops pictures until its rate is kept. So a request that was in vain, as no key frame
 * came or its packets were given up, is repeated after growing pauses. */
#ifndef SPORTELLO_KEYFRAMES_H
#define SPORTELLO_KEYFRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"

/* Browsers answer a request at most this often; asking more only costs packets. */
#define KEY_FRAME_INTERVAL_US 300000
#define KEY_FRAME_LONGEST_INTERVAL_US 2400000

/* When one camera was last asked, TIME_NEVER at first, and how long it is left alone. Its layers share this, because
 * browsers answer a request for one layer with key frames on all. */
struct key_frame_limit {
    int64_t requested_at_us;
    int64_t interval_us;
};

/* Whether a key frame of one source is wished for, and whether the last wish was in vain until now. */
struct key_frame_wish {
    bool wanted;
    bool in_vain;
};

/* Turns any number of wishes for a key frame of one source into few requests: whether to send one now; if so,
 * takes it as sent. A wish that comes too early is kept until the interval is over or a key frame has come. */
static inline bool key_frame_due(struct key_frame_wish *wish, struct key_frame_limit *limit, int64_t now_us)
{
    int64_t since_us = now_us - limit->requested_at_us;
    if (!wish->wanted || since_us < limit->interval_us)
        return false;
    bool in_vain = wish->in_vain && since_us < 2 * KEY_FRAME_LONGEST_INTERVAL_US;
    limit->interval_us = in_vain ? 2 * limit->interval_us : KEY_FRAME_INTERVAL_US;
    if (limit->interval_us > KEY_FRAME_LONGEST_INTERVAL_US)
        limit->interval_us = KEY_FRAME_LONGEST_INTERVAL_US;
    limit->requested_at_us = now_us;
    *wish = (struct key_frame_wish){.in_vain = true};
    return true;
}

#endif
