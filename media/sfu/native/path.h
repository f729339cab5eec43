/* The packet path: what becomes of each datagram of the clients, and the commands that steer it.
 *
 * A path belongs to one thread at a time and reads no clock. Everything it sends goes to its outbox. Four
 * files implement it: path.c the commands, ingress.c what arrives, egress.c what leaves, pacing.c when. */
#ifndef SPORTELLO_PATH_H
#define SPORTELLO_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admission.h"
#include "counters.h"
#include "index.h"
#include "outbox.h"
#include "transport.h"

struct path {
    struct counters counters;
    struct outbox *outbox;
    uint64_t uplink_bps; /* the most that one client may send in all */
    int64_t flood_byte_ns;
    struct admission strangers;
    uint32_t latest_id;
    uint64_t bindings_used;
    struct transport *transports; /* in the order of creation */
    struct transport *waiting;    /* those with something to release */
    int64_t next_release_us;      /* when that is due; INT64_MAX: nothing is */
    struct index transports_by_id, sources_by_id, slots_by_id;
    struct index bindings_by_address, streams_by_ssrc;
};

/* The totals and the condition of a transport. */
struct transport_statistics {
    uint64_t packets_in, bytes_in, packets_out, bytes_out;
    double uplink_loss;       /* share lost of what the client sent, of the worst source; negative: not known yet */
    double downlink_loss;     /* the same of what it should have received */
    int64_t round_trip_us;    /* -1: not known yet */
    int64_t last_received_us; /* TIME_NEVER: nothing authentic came yet */
};

/* NULL without memory; `send` is what the outbox calls, `secret` is random. */
struct path *path_new(uint64_t uplink_bps, uint64_t secret, void (*send)(void *context, struct outbox *outbox),
                      void *context);
void path_free(struct path *path);

/* Creates a transport without address and keys: all its packets are dropped. Returns its identifier, 0
 * without memory. So do the others that add. */
uint32_t path_add_transport(struct path *path, const struct transport_spec *spec);

/* Expects a stream of a client; 0 also if it has MAX_SOURCES already or the transport is unknown. */
uint32_t path_add_source(struct path *path, uint32_t transport_id, const struct source_spec *spec);

/* Creates an empty slot; 0 also if there are MAX_SLOTS already or the transport is unknown. */
uint32_t path_add_slot(struct path *path, uint32_t transport_id, const struct slot_spec *spec);

/* The following return false for an unknown identifier. */

/* Sends to this address from now on, and accepts packets from it. */
bool path_set_address(struct path *path, uint32_t transport_id, const struct address *address, int64_t now_us);

/* Begins to receive and to send; slots that have a route begin with a key frame. False also if libcrypto
 * fails. */
bool path_set_keys(struct path *path, uint32_t transport_id, enum srtp_profile profile, const uint8_t *receive,
                   const uint8_t *send, int64_t now_us);

/* Forgets a transport with its sources and slots; routes from its sources become empty. */
bool path_remove_transport(struct path *path, uint32_t transport_id);

/* Forwards a source into a slot, or nothing (source 0). The former source is cut at once. */
bool path_route(struct path *path, uint32_t slot_id, uint32_t source_id, int64_t now_us);

/* Forwards another layer into a slot: the present one goes on until the other's key frame comes, which is asked
 * for if packets of that layer come at all. An empty slot takes it at once, as does audio. Frames above
 * `max_temporal` are left out; of audio, with 0, its redundancy. */
bool path_select(struct path *path, uint32_t slot_id, uint32_t source_id, uint8_t max_temporal, int64_t now_us);

/* Asks a source for a key frame; requests that come together are merged. */
bool path_request_key_frame(struct path *path, uint32_t source_id, int64_t now_us);

/* Spreads what goes to a client over time at this rate; 0: not at all. */
bool path_set_pacing(struct path *path, uint32_t transport_id, uint64_t bps, int64_t now_us);

/* The longest probe, and the fastest: so that it stays small beside what is kept of packets sent. */
#define PROBE_LONGEST_US 100000
#define PROBE_FASTEST_BPS 50000000

/* Sends packets at this rate for so long, to find out whether the way to a client carries it; fills in the probe's
 * number, 0 if the client has no stream to probe with. One that is still under way is given up. */
bool path_probe(struct path *path, uint32_t transport_id, uint64_t bps, int64_t duration_us, int64_t now_us,
                uint32_t *number);

/* Reports on the way to a client. */
bool path_congestion(const struct path *path, uint32_t transport_id, int64_t now_us, struct congestion_report *report);

bool path_statistics(const struct path *path, uint32_t transport_id, struct transport_statistics *statistics);

/* Finds the loudest level of each audio source that was heard since the last call, in -dBov (RFC 6464):
 * calls `report` for each. */
void path_take_audio_levels(struct path *path, void (*report)(void *context, uint32_t source_id, uint8_t level),
                            void *context);

/* Calls `report` for each video source that has begun. */
void path_layers(const struct path *path, void (*report)(void *context, const struct layer_report *layer),
                 void *context);

/* Takes a datagram to its place by its first byte (RFC 7983 section 7); SRTP and SRTCP are changed in place. Returns
 * whether it is STUN or DTLS and is to be handed over. */
bool path_receive(struct path *path, uint8_t *datagram, size_t size, const struct address *from, int64_t now_us);

/* Sends what may leave by now. To be called when `next_release_us` has come. */
void path_release(struct path *path, int64_t now_us);

/* Does what has fallen due: requests for lost packets and key frames, reports. To be called every 20 ms. Releases
 * as well. */
void path_poll(struct path *path, int64_t now_us);

#endif
