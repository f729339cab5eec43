/* What a relay counts since its start, by the names under which it is reported. Its thread alone writes. */
#ifndef SPORTELLO_TCP_COUNTERS_H
#define SPORTELLO_TCP_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#define TCP_COUNTERS(X)                                                               \
    X(tcp_accepted)             /* connections */                                     \
    X(tcp_refused)              /* connections over the limits, or without memory */  \
    X(tcp_malformed)            /* closed: a frame too long, or no check as first */  \
    X(tcp_unanswered)           /* closed: the server did not answer the checks */    \
    X(tcp_idle)                 /* closed: the server sent nothing for long */        \
    X(tcp_dropped_backlog_full) /* packets to clients that read too slowly */

#define TCP_COUNTER_FIELD(name) _Atomic uint64_t name;
struct tcp_counters {
    TCP_COUNTERS(TCP_COUNTER_FIELD)
};
#undef TCP_COUNTER_FIELD

#define TCP_COUNTER_ONE(name) +1
enum { TCP_COUNTER_COUNT = 0 TCP_COUNTERS(TCP_COUNTER_ONE) };
#undef TCP_COUNTER_ONE

#endif
