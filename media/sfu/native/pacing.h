/* The last step of all RTP that leaves: it waits for its turn, gets its transport-wide number and is protected. */
#ifndef SPORTELLO_PACING_H
#define SPORTELLO_PACING_H

#include "path.h"

/* The longest RTP or RTCP packet in the clear. */
#define RTP_ROOM (DATAGRAM_SIZE - SRTP_MAX_GROWTH)

static inline bool can_send(const struct transport *receiver) { return receiver->send && receiver->has_address; }

/* Counts a protected datagram that was written into the outbox's room, and queues it. */
void queue_datagram(struct path *path, struct transport *receiver, size_t size);

/* Sends a slot's packet that was written into the outbox's room, or lets it wait. */
void send_paced(struct path *path, struct slot *slot, enum pacer_class class, uint8_t *packet, size_t size,
                int64_t now_us);

/* Begins a probe; returns its number, or 0 if there is no stream on which to probe. */
uint32_t begin_probe(struct path *path, struct transport *transport, uint64_t bps, int64_t duration_us,
                     int64_t now_us);

/* Sends what may leave by now, of all transports that have something waiting or a probe under way. */
void release_due(struct path *path, int64_t now_us);

/* Forgets that a transport has something to release. */
void release_nothing(struct path *path, struct transport *transport);

#endif
