/* A stream that a client receives: rewriting of whatever source is routed to it.
 *
 * The receiver sees one SSRC, whose sequence numbers have no holes of our making, whose timestamps advance
 * with the wall clock and whose VP8 numbers run on. Each time a source takes over, offsets for all of them
 * are set by its first packet; for video that is the beginning of a key frame.
 *
 * To change the layer of a camera, a slot has a pending source beside its present one, which goes on until the
 * pending one's key frame comes: nothing freezes meanwhile, nor if it never comes. Both layers tell the same
 * clock in their sender reports, so that the timestamps go on exactly.
 *
 * Frames above a temporal layer can be left out, as no frame of a lower layer refers to them. Their packets'
 * and pictures' numbers close up. Less is forwarded from the next frame on; more from a frame on that refers to
 * the lowest layer only (the layer-sync bit, RFC 7741 section 4.2), one layer at a time, or from a key frame on,
 * since frames in between may refer to what was left out.
 *
 * Redundant audio goes on as it is to a receiver that takes it and whose line has room for it, otherwise its primary
 * block does: the redundancy counts as a temporal layer. It is cut off too while it reaches back before the source took
 * over: what was said then was not for this receiver. */
#ifndef SPORTELLO_SLOT_H
#define SPORTELLO_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history.h"
#include "index.h"
#include "rtcp.h"
#include "sequence.h"
#include "source.h"

#define SENT_REPORTS 4
#define SLOT_PADDING_BOUND 300

struct slot_spec {
    enum media_kind kind;
    uint8_t payload_type;
    uint8_t rtx_payload_type;
    int16_t red_payload_type; /* of redundant audio, -1: the receiver takes none */
    uint32_t ssrc;
    struct maybe_ssrc rtx_ssrc; /* unknown: nothing is sent again */
    uint8_t transport_cc_id;    /* of the transport-wide number in the receiver's m-line, 0: not negotiated */
};

struct slot {
    struct index_node by_id;
    uint32_t id;
    struct transport *transport;
    struct slot_spec spec;
    struct source *source;  /* NULL: forwards nothing */
    struct slot *next;      /* of the same source */
    struct source *pending; /* takes over with its next key frame; NULL: none */
    struct slot *next_candidate; /* of the same pending source */
    int64_t connected_at_us;
    uint8_t max_temporal; /* the highest temporal layer that is wished; of audio, 0 is that without redundancy */
    uint8_t temporal;     /* the highest one forwarded now */
    uint8_t extension_ids[256]; /* the receiver's identifier for each of the source's; 0: dropped */
    bool mapping;               /* whether something was forwarded since the source took over */
    struct sequence_map map;
    struct {
        bool known;
        int64_t number;
        uint32_t timestamp;
        int64_t sent_at_us;
    } last; /* the newest packet sent, by number */
    uint32_t timestamp_offset;
    uint32_t began_at_timestamp; /* the source's, of the packet that `mapping` began with */
    struct {
        bool known;
        uint32_t timestamp_offset;
    } aligned; /* with which the next source goes on exactly */
    struct {
        bool known;
        uint32_t picture_id;
    } left_out; /* the latest picture, as the source numbers it */
    struct picture_numbers pictures; /* the newest numbers sent */
    struct picture_numbers picture_offsets;
    uint16_t rtx_number;
    int resent;
    int64_t resend_window_start_us;
    uint32_t packet_count;
    uint32_t octet_count;
    struct {
        uint32_t middle; /* of the report's NTP time */
        int64_t sent_at_us;
    } sent_reports[SENT_REPORTS];
    int sent_report_count;
    bool loss_reported;
    uint8_t fraction_lost; /* in 1/256 */
};

/* NULL without memory. */
struct slot *slot_new(uint32_t id, struct transport *transport, const struct slot_spec *spec);

/* Takes another source; the caller fills in `extension_ids`. */
void slot_connect(struct slot *slot, struct source *source, int64_t now_us);

/* Forwards nothing from now on; nothing is pending either. */
void slot_disconnect(struct slot *slot);

/* Lets a source take over at its next key frame; NULL: none. */
void slot_await(struct slot *slot, struct source *source);

/* Takes the pending source; the caller fills in `extension_ids`. */
void slot_take_over(struct slot *slot, int64_t now_us);

/* Waits for a packet to begin anew with. */
static inline void slot_interrupt(struct slot *slot) { slot->mapping = false; }

/* Whether a source is routed here of which nothing was forwarded yet. */
static inline bool slot_is_waiting(const struct slot *slot) { return slot->source && !slot->mapping; }

/* A bound of what forwarding or retransmitting a packet writes. */
size_t slot_bound(const struct media_packet *packet);

/* Writes the packet as it goes to the receiver; returns its size, or 0 if it is not forwarded. */
size_t slot_forward(struct slot *slot, const struct media_packet *packet, int64_t now_us, uint8_t *out);

/* The packet that a receiver asks for by its 16-bit number, if it can be sent again, else NULL. Bounds what
 * one client's requests can cost. */
const struct media_packet *slot_find_lost(struct slot *slot, uint16_t sequence_number, int64_t now_us);

/* Writes the retransmission (RFC 4588) of a packet that slot_find_lost returned; returns its size. */
size_t slot_retransmit(struct slot *slot, const struct media_packet *packet, uint16_t sequence_number, uint8_t *out);

/* Writes a packet of nothing but padding among the retransmissions; SLOT_PADDING_BOUND bytes at most. */
size_t slot_write_padding(struct slot *slot, uint8_t *out);

/* Translates the source's clock mapping into the slot's timestamps, carried on to now; false if there is
 * none. The NTP time stays the source's own, so that the slots of one participant can be synchronised. */
bool slot_sender_report(struct slot *slot, int64_t now_us, struct rtcp_sender_report *report);

/* Takes the receiver's word on the slot; returns the round trip (µs), or -1 if the report does not tell it. */
int64_t slot_report_received(struct slot *slot, const struct rtcp_block *block, int64_t now_us);

#endif
