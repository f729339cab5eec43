/* What one client may send, judged before anything is decrypted: far more than an honest one does.
 *
 * The server asks clients for `uplink_bps` at most, and a browser that follows sends some 500 packets a second. Four
 * times the rate, and 4000 packets, leave room for retransmissions and probes; a second's worth at once leaves room
 * for what a stalled line gives out when it moves again. */
#ifndef SPORTELLO_FLOOD_H
#define SPORTELLO_FLOOD_H

#include <stddef.h>

#include "bucket.h"

#define FLOOD_UPLINKS 4
#define FLOOD_DEPTH_NS INT64_C(1000000000)
#define FLOOD_PACKETS BUCKET_RATE(4000, 4000)

/* From an address that is not the client's, only its SSRC names it. That may be anybody who saw one of its packets,
 * so these count by themselves: all it takes to follow a client is one authentic packet. */
#define FLOOD_ELSEWHERE BUCKET_RATE(100, 100)

/* STUN and DTLS, which cost Python's time. A handshake takes about ten, a call one every few seconds. */
#define FLOOD_SESSION BUCKET_RATE(100, 200)

struct flood_limit {
    struct bucket packets, bytes, elsewhere, session;
};

/* Nanoseconds that a byte costs. */
static inline int64_t flood_byte_ns(uint64_t uplink_bps)
{
    return uplink_bps ? (int64_t)(UINT64_C(8000000000) / FLOOD_UPLINKS / uplink_bps) : 0;
}

/* Whether one more SRTP or SRTCP datagram may be decrypted; one from elsewhere costs the client nothing. */
static inline bool flood_admits(struct flood_limit *limit, size_t size, int64_t byte_ns, bool is_bound, int64_t now_us)
{
    if (!is_bound)
        return bucket_take(&limit->elsewhere, FLOOD_ELSEWHERE, now_us);
    struct bucket_rate bytes = {(int64_t)size * byte_ns, FLOOD_DEPTH_NS};
    return bucket_take(&limit->packets, FLOOD_PACKETS, now_us) && bucket_take(&limit->bytes, bytes, now_us);
}

#endif
