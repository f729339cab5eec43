/* One connection of a participant, once it has keys: what goes out on it, and what its RTCP says.
 *
 * Nothing here reads a clock or a socket. */
#ifndef LOAD_TRANSPORT_H
#define LOAD_TRANSPORT_H

#include <stdint.h>

#include "arrivals.h"
#include "media.h"
#include "reception.h"
#include "srtp.h"

#define TRANSPORT_MAX_MEDIA 4
#define TRANSPORT_MAX_RECEPTIONS 16
#define TRANSPORT_MAX_REPORT 1024

/* Where a transport stands: `member` is the participant's number in the room, below 32. */
struct seat {
    uint32_t room;
    uint8_t member;
};

/* What negotiation and DTLS settled. `ssrc` names the participant in reports; the payload types are those of
 * what is received, `rtx_payload_type` 0 if nothing is retransmitted. `transport_cc_id` identifies the header
 * extension with transport-wide numbers, 0 for none. */
struct connection {
    enum srtp_profile profile;
    const uint8_t *send_key;
    const uint8_t *receive_key;
    uint32_t ssrc;
    uint8_t audio_payload_type;
    uint8_t rtx_payload_type;
    uint8_t transport_cc_id;
    const struct media_spec *media;
    uint32_t media_count;
};

struct transport {
    uint32_t id;
    int fd;
    struct seat seat;
    bool connected;
    bool has_heard; /* a packet of another participant has come */
    struct srtp *in;
    struct srtp *out;
    uint32_t ssrc;
    uint8_t audio_payload_type;
    uint8_t rtx_payload_type;
    uint8_t transport_cc_id;
    uint16_t transport_number; /* of the next packet to be sent */
    struct arrivals arrivals;
    struct media media[TRANSPORT_MAX_MEDIA];
    uint32_t media_count;
    struct reception receptions[TRANSPORT_MAX_RECEPTIONS];
    uint32_t reception_count;
};

/* What the other side asked for. */
struct feedback {
    uint32_t key_frames;
    uint32_t packets;
};

/* Takes the keys; false if they cannot be used. */
bool transport_connect(struct transport *transport, const struct connection *connection);

void transport_free(struct transport *transport);

/* Counts a received packet for the reports and the transport-wide feedback. */
void transport_count(struct transport *transport, const struct rtp_packet *packet, int64_t now_us);

/* Acts on a decrypted, well-formed compound. */
struct feedback transport_take_rtcp(struct transport *transport, const uint8_t *data, size_t size, int64_t now_us);

/* Writes sender and receiver reports, in the clear, to TRANSPORT_MAX_REPORT bytes; returns their size.
 * `ntp_time` is the wall clock as 32.32 fixed point since 1900. */
size_t transport_write_report(struct transport *transport, uint64_t ntp_time, int64_t now_us, uint8_t *out);

#endif
