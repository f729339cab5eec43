/* What a path counts since its start, by the names under which it is reported. */
#ifndef SPORTELLO_COUNTERS_H
#define SPORTELLO_COUNTERS_H

#include <stdint.h>

#define COUNTERS(X)                                                                        \
    X(packets_in)                   /* authentic, RTP and RTCP */                          \
    X(bytes_in)                                                                            \
    X(packets_out)                                                                         \
    X(bytes_out)                                                                           \
    X(packets_requested)            /* lost ones, named in NACKs sent */                   \
    X(packets_retransmitted)        /* in answer to NACKs received */                      \
    X(nacks_sent)                                                                          \
    X(nacks_received)                                                                      \
    X(packets_paced)                /* that waited for their turn */                       \
    X(probes_sent)                  /* packets that ask what the way to a client carries */\
    X(transport_feedback_sent)      /* on when a client's packets arrived */               \
    X(transport_feedback_received)                                                         \
    X(packets_acknowledged)         /* by that feedback */                                 \
    X(packets_reported_lost)                                                               \
    X(key_frame_requests_sent)                                                             \
    X(key_frame_requests_received)                                                         \
    X(malformed_rtp)                                                                       \
    X(malformed_rtcp)                                                                      \
    X(malformed_red)                /* redundant audio */                                  \
    X(dropped_unknown_address)      /* nor does the SSRC tell whose it is */               \
    X(dropped_flood)                /* more than one client may send */                    \
    X(dropped_stun_flood)           /* more than one stranger may send, or all of them */  \
    X(dropped_dtls_unknown_address) /* no connectivity check proved it */                  \
    X(dropped_not_authentic)        /* or not new */                                       \
    X(dropped_too_many_streams)                                                            \
    X(dropped_unknown_stream)                                                              \
    X(dropped_padding)              /* probes without content */                           \
    X(dropped_duplicate)            /* probes with content, and late repairs */            \
    X(dropped_too_long)                                                                    \
    X(dropped_unknown_protocol)     /* neither STUN, DTLS nor RTP */                       \
    X(dropped_handover_full)        /* STUN and DTLS that came faster than they are read */ \
    X(dropped_receive_buffer_full)  /* by the kernel, before the path saw them */          \
    X(dropped_socket_full)          /* on sending */                                       \
    X(socket_errors)                                                                       \
    X(receive_batches)              /* wake-ups that found packets */

#define COUNTER_FIELD(name) uint64_t name;
struct counters {
    COUNTERS(COUNTER_FIELD)
};
#undef COUNTER_FIELD

struct counter_entry {
    const char *name;
    uint64_t value;
};

#define COUNTER_ONE(name) +1
enum { COUNTER_COUNT = 0 COUNTERS(COUNTER_ONE) };
#undef COUNTER_ONE

/* Fills in all COUNTER_COUNT names and values. */
void counters_list(const struct counters *counters, struct counter_entry *entries);

#endif
