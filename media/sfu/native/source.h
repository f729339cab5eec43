/* A stream that a client sends: what is known of it and what is kept of it.
 *
 * A camera with simulcast (RFC 8853) sends the same pictures in several sizes, each a stream with an SSRC,
 * numbers and losses of its own: each of these layers is a source. */
#ifndef SPORTELLO_SOURCE_H
#define SPORTELLO_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "gaps.h"
#include "history.h"
#include "index.h"
#include "keyframes.h"
#include "reception.h"
#include "rtcp.h"
#include "sequence.h"

struct slot;
struct transport;

enum media_kind { MEDIA_AUDIO, MEDIA_VIDEO };

static inline int64_t clock_rate(enum media_kind kind) { return kind == MEDIA_AUDIO ? 48000 : 90000; }

#define MID_SIZE 16
#define RID_SIZE 16
#define TEMPORAL_LAYERS 4
#define SILENCE 127

/* An SSRC that may not be known yet. */
struct maybe_ssrc {
    bool known;
    uint32_t value;
};

/* A stream to expect. Unknown SSRCs are learned from the first packet with this mid and, where there is one,
 * this rid (RFC 8852). */
struct source_spec {
    enum media_kind kind;
    uint8_t mid[MID_SIZE];
    uint8_t mid_size;
    uint8_t rid[RID_SIZE];
    uint8_t rid_size; /* 0: the m-line's only stream */
    uint8_t payload_type;
    int16_t rtx_payload_type; /* -1: none */
    int16_t red_payload_type; /* of redundant audio, -1: none */
    struct maybe_ssrc ssrc;
    struct maybe_ssrc rtx_ssrc;
    /* what the client understands of RTCP feedback */
    bool nack, pli, fir, remb;
};

struct source {
    struct index_node by_id;
    uint32_t id;
    struct transport *transport;
    struct source_spec spec;
    struct source *leader;   /* the first layer of the same m-line; itself if there is no other */
    struct slot *slots;      /* into which it is forwarded, in the order of routing */
    struct slot *candidates; /* that take it at its next key frame */
    struct key_frame_wish key_frame_wish;
    struct key_frame_limit key_frame_limit; /* the leader's holds for all layers */
    uint8_t fir_command;
    uint8_t loudest; /* -dBov since last asked */
    bool started;
    int64_t last_received_us; /* TIME_NEVER: nothing yet */
    uint64_t bytes[TEMPORAL_LAYERS]; /* received, by temporal layer, with 12 bytes of header each; copies are not counted */
    uint16_t width, height; /* of the latest key frame; 0: not known yet */
    /* What follows belongs to the present SSRC. */
    struct maybe_ssrc ssrc;
    struct {
        bool known;
        struct rtcp_sender_report report;
        int64_t received_at_us;
    } sender_report;
    struct reception reception;
    struct unwrapper unwrapper;
    struct {
        bool known;
        int64_t number;
    } highest;
    struct {
        bool known;
        int64_t number;
        int64_t began_at_us;
    } key_frame;
    struct gaps *gaps;       /* NULL until the first packet, and where losses are not asked for again */
    struct history *history; /* NULL until the first packet, and for audio */
};

/* The statistics of one layer, all of them totals or latest values. */
struct layer_report {
    uint32_t source_id;
    uint16_t width, height;
    uint64_t bytes[TEMPORAL_LAYERS];
    int64_t last_received_us;
};

/* NULL without memory. */
struct source *source_new(uint32_t id, struct transport *transport, const struct source_spec *spec);
void source_free(struct source *source);

/* Begins anew with another SSRC: nothing of the former stream's numbering applies. */
void source_restart(struct source *source, uint32_t ssrc);

/* Turns a retransmission (RFC 4588 section 4) into its original; false for a padding probe. */
bool source_unwrap_retransmission(const struct source *source, struct rtp_packet *packet);

/* Fills in whether a packet is redundant audio, and its blocks; false if they are malformed. */
bool source_read_red(const struct source *source, const struct rtp_packet *packet, struct media_packet *media);

/* Takes note of a packet and fills in the rest of what is forwarded; false for a copy of one that has come before. */
bool source_receive(struct source *source, const struct rtp_packet *packet, bool repaired, int64_t now_us,
                    struct media_packet *media);

/* A packet that may still be retransmitted, or NULL. */
const struct media_packet *source_packet(const struct source *source, int64_t number);

/* Whether packets have come lately: a layer that its sender has paused answers no request. */
bool source_is_arriving(const struct source *source, int64_t now_us);

/* Whether a key frame is still needed to begin somewhere. */
bool source_lacks_key_frame(const struct source *source, int64_t now_us);

/* The number of the latest key frame's first packet, if it came not before `not_before_us` and a moment ago:
 * as long as the source would not answer another request anyway. An older key frame would make the receiver
 * play late for some time. False if there is none. */
bool source_recent_key_frame(const struct source *source, int64_t now_us, int64_t not_before_us, int64_t *number);

/* Closes the reporting interval (RFC 3550 section 6.4.1); false before the first packet. */
bool source_report(struct source *source, int64_t now_us, struct rtcp_block *block);

#endif
