/* Time: microseconds of any steady clock, always an argument; only the loops of threads read a clock. */
#ifndef SPORTELLO_CLOCK_H
#define SPORTELLO_CLOCK_H

#include <stdint.h>
#include <time.h>

#define SECOND_US 1000000

/* Earlier than any time, and still far enough from the type's end to be subtracted from one. */
#define TIME_NEVER (INT64_MIN / 4)

/* What time it is; for the loops of threads alone. */
static inline int64_t clock_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)SECOND_US + now.tv_nsec / 1000;
}

/* Elapsed time in ticks of an RTP clock, rounded down. */
static inline int64_t us_to_ticks(int64_t elapsed_us, int64_t clock_rate) { return elapsed_us * clock_rate / SECOND_US; }

#endif
