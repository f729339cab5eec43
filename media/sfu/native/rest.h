/* How long the loop rests between batches.
 *
 * Packets that come a fraction of a millisecond apart cost one wake-up when they wait for each other. Where
 * few come, wake-ups are cheap and the delay is kept short; where many come, the rest is longer. */
#ifndef SPORTELLO_REST_H
#define SPORTELLO_REST_H

#include <stddef.h>
#include <stdint.h>

#define REST_REVIEW_US 20000
#define REST_BUSY_PACKETS 200 /* between two reviews: 10,000 a second, which is twelve full rooms */

/* `base_us` lies between the beginnings of two batches at low rates, four times as much at high. */
struct rest {
    int64_t base_us;
    int64_t interval_us;
    int64_t review_us;
    size_t taken; /* since the last review */
};

static inline struct rest rest_new(int64_t base_us) { return (struct rest){.base_us = base_us, .interval_us = base_us}; }

/* Takes note of a batch of so many packets; returns when the next one is to begin. */
static inline int64_t rest_until(struct rest *rest, size_t count, int64_t began_us)
{
    rest->taken += count;
    if (began_us >= rest->review_us) {
        rest->interval_us = rest->taken > REST_BUSY_PACKETS ? rest->base_us * 4 : rest->base_us;
        rest->review_us = began_us + REST_REVIEW_US;
        rest->taken = 0;
    }
    return began_us + rest->interval_us;
}

#endif
