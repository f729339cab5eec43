/* RTCP: reports (RFC 3550 section 6), feedback (RFC 4585, RFC 5104), REMB (draft-alvestrand-rmcat-remb).
 * Transport-wide feedback has a file of its own. */
#ifndef SPORTELLO_RTCP_H
#define SPORTELLO_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rtcp_type {
    RTCP_SENDER_REPORT = 200,
    RTCP_RECEIVER_REPORT = 201,
    RTCP_SOURCE_DESCRIPTION = 202,
    RTCP_GOODBYE = 203,
    RTCP_TRANSPORT_FEEDBACK = 205,
    RTCP_PAYLOAD_FEEDBACK = 206,
};

enum {
    RTCP_GENERIC_NACK = 1,
    RTCP_TRANSPORT_WIDE = 15,
    RTCP_PICTURE_LOSS = 1,
    RTCP_FULL_INTRA = 4,
    RTCP_APPLICATION = 15,
};

#define RTCP_SENDER_INFO_SIZE 24
#define RTCP_BLOCK_SIZE 24

/* One packet of a compound; `count` is the five-bit field, `body` follows the first four bytes. */
struct rtcp_packet {
    uint8_t type;
    uint8_t count;
    const uint8_t *body;
    size_t size;
};

/* What a receiver says about one SSRC; `jitter` in clock ticks, `delay_since_last` in 1/65536 s. */
struct rtcp_block {
    uint32_t ssrc;
    uint8_t fraction_lost;
    int32_t packets_lost;
    uint32_t highest_sequence;
    uint32_t jitter;
    uint32_t last_sender_report;
    uint32_t delay_since_last;
};

/* A sender's clock mapping; `ntp_time` is 32.32 fixed point. */
struct rtcp_sender_report {
    uint32_t ssrc;
    uint64_t ntp_time;
    uint32_t rtp_timestamp;
    uint32_t packet_count;
    uint32_t octet_count;
};

/* Tells RTCP from RTP on one port by the packet type (RFC 5761 section 4). */
static inline bool is_rtcp(const uint8_t *datagram, size_t size)
{
    return size >= 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

/* Whether a decrypted compound is complete: every length fits, and every packet of a kind that is known
 * here has what its kind and count promise. */
bool rtcp_is_well_formed(const uint8_t *data, size_t size);

/* Steps through a well-formed compound, beginning with `position` 0; false at the end. */
bool rtcp_next(const uint8_t *data, size_t size, size_t *position, struct rtcp_packet *packet);

/* Read parts of well-formed packets. */
struct rtcp_sender_report rtcp_read_sender_report(const struct rtcp_packet *packet);
struct rtcp_block rtcp_read_block(const uint8_t *at);

/* Writes the header of a packet whose body of `body` bytes follows it; returns the whole size. */
size_t rtcp_write_header(uint8_t *out, enum rtcp_type type, size_t count, size_t body);

/* Write one packet each and return its size. */
size_t rtcp_write_sender_report(uint8_t *out, const struct rtcp_sender_report *report);
size_t rtcp_write_receiver_report(uint8_t *out, uint32_t ssrc, const struct rtcp_block *blocks, size_t count);
size_t rtcp_write_description(uint8_t *out, uint32_t ssrc, const char *cname);
size_t rtcp_write_picture_loss(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc);
size_t rtcp_write_full_intra(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command);

/* Numbers come in the order of the stream, also across a wrap; at most four bytes are written for each. */
size_t rtcp_write_nack(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc, const uint16_t *numbers, size_t count);

/* The bitrate is rounded down to 18 significant bits. */
size_t rtcp_write_estimate(uint8_t *out, uint32_t sender_ssrc, uint64_t bitrate_bps, const uint32_t *ssrcs,
                           size_t count);

#endif
