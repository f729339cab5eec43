/* A token bucket, kept as the time at which it will be full again (generic cell rate algorithm, ITU-T I.371).
 *
 * What is taken costs time: at 100 a second each one costs 10 ms. As long as the bucket is full no later than its
 * depth from now, there is enough in it; nothing has to be refilled, and one number is all there is to keep. All
 * zero is full. */
#ifndef SPORTELLO_BUCKET_H
#define SPORTELLO_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    int64_t full_at_ns;
};

/* How fast a bucket fills and how much it holds, both in nanoseconds of filling. */
struct bucket_rate {
    int64_t cost_ns, depth_ns;
};

/* So many a second, and so many at once. */
#define BUCKET_RATE(per_second, at_once) \
    ((struct bucket_rate){INT64_C(1000000000) / (per_second), (at_once) * (INT64_C(1000000000) / (per_second))})

/* Takes one; false if the bucket is empty. */
static inline bool bucket_take(struct bucket *bucket, struct bucket_rate rate, int64_t now_us)
{
    int64_t now_ns = now_us * 1000;
    int64_t full_at_ns = (bucket->full_at_ns > now_ns ? bucket->full_at_ns : now_ns) + rate.cost_ns;
    if (full_at_ns - now_ns > rate.depth_ns)
        return false;
    bucket->full_at_ns = full_at_ns;
    return true;
}

#endif
