/* The clocks, read by the thread alone. */
#ifndef LOAD_CLOCKS_H
#define LOAD_CLOCKS_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S 1000000000LL

static inline int64_t timespec_ns(struct timespec time) { return time.tv_sec * NS_PER_S + time.tv_nsec; }

static inline int64_t read_clock_ns(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return timespec_ns(time);
}

/* For intervals. */
static inline int64_t steady_ns(void) { return read_clock_ns(CLOCK_MONOTONIC); }

/* For what is compared with the kernel's time stamps. */
static inline int64_t wall_ns(void) { return read_clock_ns(CLOCK_REALTIME); }

#endif
