/* What leaves the path. Nothing leaves to a client without address or keys. */
#ifndef SPORTELLO_EGRESS_H
#define SPORTELLO_EGRESS_H

#include "path.h"

/* Forwards a packet into a slot, if the slot takes it. */
void forward_into(struct path *path, struct slot *slot, const struct media_packet *packet, int64_t now_us);

/* Forwards what has come of the slot's source from this number on. */
void forward_from(struct path *path, struct slot *slot, int64_t number, int64_t now_us);

/* Sends a packet again that a receiver lost, if it can be. */
void retransmit(struct path *path, struct slot *slot, uint16_t sequence_number, int64_t now_us);

/* Asks for a source's lost packets that are due, or for a key frame where that is no longer of use. */
void repair(struct path *path, struct source *source, int64_t now_us);

/* Wishes for a key frame of a source, and asks for it unless it was asked a moment ago. */
void want_key_frame(struct path *path, struct source *source, int64_t now_us);

/* Asks for a key frame that was wished for, if that is due. */
void request_due_key_frame(struct path *path, struct source *source, int64_t now_us);

/* Tells a transport's client when its packets arrived, if there is something to tell. */
void send_transport_feedback(struct path *path, struct transport *transport, int64_t now_us);

/* Sends a transport's regular reports. */
void send_reports(struct path *path, struct transport *transport, int64_t now_us);

#endif
