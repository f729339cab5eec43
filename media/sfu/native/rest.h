/* How long the loop rests between batches.
 *
 * Packets that come a fraction of a millisecond apart cost one wake-up when they wait for each other. Where
 * few come, wake-ups are cheap and the delay is kept short. Where many come, a longer rest also lets more
 * packets to one receiver leave together and keeps what they need in the cache. Between the two rates the rest
 * grows evenly; the rate is a moving average, so that single bursts do not change it. */
#ifndef SPORTELLO_REST_H
#define SPORTELLO_REST_H

#include <stddef.h>
#include <stdint.h>

#include "clock.h"

#define REST_REVIEW_US 20000
#define REST_SHORT_RATE 7000 /* packets taken a second, as of nine rooms of four */
#define REST_LONG_RATE 12000 /* as of fifteen */
#define REST_STRETCH 6       /* how many times as long the rest is then */

/* `base_us` lies between the beginnings of two batches at low rates. */
struct rest {
    int64_t base_us;
    int64_t interval_us;
    int64_t reviewed_us;
    int64_t rate;  /* packets a second */
    int64_t taken; /* since the last review */
};

static inline struct rest rest_new(int64_t base_us) { return (struct rest){.base_us = base_us, .interval_us = base_us}; }

static inline void rest_review(struct rest *rest, int64_t now_us)
{
    int64_t elapsed_us = now_us - rest->reviewed_us;
    rest->rate += (rest->taken * SECOND_US / elapsed_us - rest->rate) / 4;
    int64_t above = rest->rate - REST_SHORT_RATE, range = REST_LONG_RATE - REST_SHORT_RATE;
    above = above < 0 ? 0 : above > range ? range : above;
    rest->interval_us = rest->base_us + rest->base_us * (REST_STRETCH - 1) * above / range;
    rest->reviewed_us = now_us;
    rest->taken = 0;
}

/* Takes note of a batch of so many packets; returns when the next one is to begin. */
static inline int64_t rest_until(struct rest *rest, size_t count, int64_t began_us)
{
    rest->taken += (int64_t)count;
    if (began_us - rest->reviewed_us >= REST_REVIEW_US)
        rest_review(rest, began_us);
    return began_us + rest->interval_us;
}

#endif
