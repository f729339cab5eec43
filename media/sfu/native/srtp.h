/* SRTP and SRTCP on libcrypto: AEAD_AES_128_GCM (RFC 7714) and AES128_CM_SHA1_80 (RFC 3711).
 *
 * A context protects or unprotects the packets of one direction of one transport. It keeps a roll-over
 * counter and a replay window of 1024 packets for each SSRC, for RTP and RTCP apart. A packet leaves a
 * trace in them only once it proved authentic. The sending side refuses to use an index twice, because
 * under GCM that would give the keys away. */
#ifndef SPORTELLO_SRTP_H
#define SPORTELLO_SRTP_H

#include <stddef.h>
#include <stdint.h>

enum srtp_profile { SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80 };

enum srtp_status {
    SRTP_OK,
    SRTP_MALFORMED,        /* no complete header, or too short for its tag */
    SRTP_NOT_AUTHENTIC,    /* not made with these keys, or SRTCP in the clear */
    SRTP_REPLAYED,         /* its index was used before, or is older than the window */
    SRTP_TOO_MANY_STREAMS, /* more SSRCs than a transport may have; nothing was decrypted */
    SRTP_FAILED,           /* libcrypto or the allocator failed */
};

/* The most that protection adds to a packet: a tag of 16 bytes and the SRTCP index. */
#define SRTP_MAX_GROWTH 20
#define SRTP_MAX_STREAMS 64

struct srtp;

/* Bytes of master key and master salt together. */
size_t srtp_key_size(enum srtp_profile profile);

/* `key` is the master key followed by the master salt. NULL if libcrypto or the allocator fails. */
struct srtp *srtp_new(enum srtp_profile profile, const uint8_t *key);
void srtp_free(struct srtp *srtp);

/* Each works in place and updates `size`. Protecting needs SRTP_MAX_GROWTH bytes of room after the packet.
 * After a refusal the packet's bytes are undefined. */
enum srtp_status srtp_protect_rtp(struct srtp *srtp, uint8_t *packet, size_t *size);
enum srtp_status srtp_unprotect_rtp(struct srtp *srtp, uint8_t *packet, size_t *size);
enum srtp_status srtp_protect_rtcp(struct srtp *srtp, uint8_t *packet, size_t *size);
enum srtp_status srtp_unprotect_rtcp(struct srtp *srtp, uint8_t *packet, size_t *size);

#endif
