#include "histogram.h"

#define STEPS 32 /* buckets to a doubling */
#define STEPS_LOG2 5
#define LONGEST_US ((1 << 27) - 1)

/* Below STEPS every value has its own bucket; from there on, the highest six bits choose it. */
static int bucket_of(int64_t value_us)
{
    if (value_us < STEPS)
        return (int)value_us;
    int shift = 63 - __builtin_clzll((unsigned long long)value_us) - STEPS_LOG2;
    return shift * STEPS + (int)(value_us >> shift);
}

void histogram_add(struct histogram *histogram, int64_t value_us)
{
    if (value_us < 0)
        value_us = 0;
    if (value_us > LONGEST_US)
        value_us = LONGEST_US;
    histogram->counts[bucket_of(value_us)]++;
}

int64_t histogram_floor_us(int bucket)
{
    if (bucket < STEPS)
        return bucket;
    return (int64_t)(bucket % STEPS + STEPS) << (bucket / STEPS - 1);
}
