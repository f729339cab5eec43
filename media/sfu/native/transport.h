/* One client's bundled connection: its keys, addresses, streams and totals. */
#ifndef SPORTELLO_TRANSPORT_H
#define SPORTELLO_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "arrivals.h"
#include "congestion.h"
#include "flood.h"
#include "index.h"
#include "outbox.h"
#include "pacer.h"
#include "slot.h"
#include "source.h"
#include "srtp.h"

/* As many m-lines as an offer may have. */
#define MAX_SOURCES 16
#define MAX_SLOTS 16
#define MAX_ADDRESSES 8
#define REPORT_INTERVAL_US SECOND_US

/* Which header extension an identifier stands for. Those before EXTENSION_FIRST_FORWARDED end at each hop. */
enum extension {
    EXTENSION_MID,
    EXTENSION_RID,          /* of a layer's media */
    EXTENSION_REPAIRED_RID, /* of a layer's retransmissions */
    EXTENSION_TRANSPORT_CC,
    EXTENSION_AUDIO_LEVEL,
    EXTENSION_VIDEO_ORIENTATION,
    EXTENSION_VIDEO_CONTENT_TYPE,
    EXTENSION_PLAYOUT_DELAY,
    EXTENSION_COLOR_SPACE,
    EXTENSION_COUNT,
    EXTENSION_FIRST_FORWARDED = EXTENSION_AUDIO_LEVEL,
};

/* What negotiation settled; identifier 0 is 'not negotiated'. */
struct transport_spec {
    uint32_t ssrc; /* names the server in its feedback */
    uint8_t extension_ids[EXTENSION_COUNT];
    bool reduced_size_rtcp;
};

/* An SSRC of a source: its media or its retransmissions. */
struct stream {
    struct index_node by_ssrc;
    struct transport *transport;
    struct source *source;
    uint32_t ssrc;
    bool is_rtx;
    bool received; /* and so it can be found by its SSRC */
};

/* An address from which a client's authentic packets came, or its checks. */
struct binding {
    struct index_node by_address;
    struct transport *transport; /* NULL: free */
    struct address address;
    uint64_t used; /* the greater the later */
};

struct transport {
    struct index_node by_id;
    struct transport *next;
    struct transport *next_waiting; /* among those with something to release */
    bool is_waiting;
    uint32_t id;
    struct transport_spec spec;
    struct srtp *receive; /* both NULL before the handshake */
    struct srtp *send;
    bool has_address;
    struct destination destination;
    struct pacer pacer;
    struct binding bindings[MAX_ADDRESSES];
    struct flood_limit flood;
    struct source *sources[MAX_SOURCES];
    int source_count;
    struct slot *slots[MAX_SLOTS];
    int slot_count;
    struct stream streams[SRTP_MAX_STREAMS];
    int stream_count;
    struct arrivals *arrivals; /* these two NULL where transport-wide feedback was not negotiated */
    struct congestion *congestion;
    int64_t next_feedback_us;
    int64_t next_report_us;
    uint64_t packets_in, bytes_in, packets_out, bytes_out;
    int64_t last_received_us; /* TIME_NEVER: nothing yet */
    int64_t round_trip_us;    /* -1: not known yet */
};

/* NULL without memory. */
struct transport *transport_new(uint32_t id, const struct transport_spec *spec);

/* Frees it with its sources and slots. */
void transport_free(struct transport *transport);

/* Begins to protect with these keys (srtp_key_size bytes each). False if libcrypto fails. */
bool transport_set_keys(struct transport *transport, enum srtp_profile profile, const uint8_t *receive,
                        const uint8_t *send);

/* Adds a stream, whose SSRC is not known yet; NULL if there are too many. */
struct stream *transport_add_stream(struct transport *transport, uint32_t ssrc, struct source *source, bool is_rtx);

/* The stream with this SSRC, or NULL. */
struct stream *transport_find_stream(struct transport *transport, uint32_t ssrc);

/* A packet's stream; learns new SSRCs by their mid and rid. Browsers stop to send these once a report named the
 * SSRC, so what was learned is kept. NULL if unknown, or if the payload type is not the stream's. */
struct stream *transport_stream(struct transport *transport, const struct rtp_packet *packet);

/* The first source with the mid of this one, or NULL. */
struct source *transport_find_leader(const struct transport *transport, const struct source_spec *spec);

/* The slot with this SSRC, or NULL. */
struct slot *transport_find_slot(struct transport *transport, uint32_t ssrc);

/* Fills in which of the receiver's identifiers each of the sender's becomes; hop-by-hop ones none. */
void transport_map_extensions(const struct transport *sender, const struct transport *receiver, uint8_t ids[256]);

/* Writes what must come before feedback where reduced-size RTCP was not negotiated (RFC 5506). */
size_t transport_write_prefix(const struct transport *transport, uint8_t *out);

/* Writes the regular compound packet and begins the next interval. */
size_t transport_write_reports(struct transport *transport, uint64_t estimate_bps, int64_t now_us, uint8_t *out);

#endif
