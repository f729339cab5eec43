/* Counts of durations in logarithmic buckets: 32 to each doubling, so that a value is known to 3 %. */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 736

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
};

/* What is negative counts as nothing, what is longer than two minutes as two minutes. */
void histogram_add(struct histogram *histogram, int64_t value_us);

/* The least value, in microseconds, that falls into a bucket. */
int64_t histogram_floor_us(int bucket);

#endif
