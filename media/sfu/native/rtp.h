/* RTP packets (RFC 3550 section 5) with general header extensions (RFC 8285). */
#ifndef SPORTELLO_RTP_H
#define SPORTELLO_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_HEADER_SIZE 12
#define RTP_PADDING_SIZE 255

/* The elements of a packet's header extension, as they stood in it. */
struct rtp_extensions {
    const uint8_t *data;
    size_t size;
    bool two_byte; /* the form of the elements' heads */
};

struct rtp_element {
    uint8_t id;
    uint8_t size;
    const uint8_t *data;
};

/* The parts of a packet that forwarding needs; padding and CSRC list are taken off. */
struct rtp_packet {
    uint8_t payload_type;
    bool marker;
    uint16_t sequence_number;
    uint32_t timestamp;
    uint32_t ssrc;
    struct rtp_extensions extensions;
    const uint8_t *payload;
    size_t payload_size;
};

/* Parses a decrypted packet; the parts point into it. False if version, lengths or padding do not fit. */
bool rtp_parse(const uint8_t *data, size_t size, struct rtp_packet *packet);

/* Steps through well-formed extensions, beginning with `position` 0; false at the end. */
bool rtp_next_element(const struct rtp_extensions *extensions, size_t *position, struct rtp_element *element);

/* Returns the element with this identifier; false if there is none. Identifier 0 is nobody's. */
bool rtp_find_element(const struct rtp_extensions *extensions, uint8_t id, struct rtp_element *element);

/* A bound of what rtp_write_header writes for these extensions and a transport-wide number. */
size_t rtp_header_bound(const struct rtp_extensions *extensions);

/* Writes a header with these fields, and with those extension elements whose identifier `ids` maps to
 * another than 0; one-byte form if all fit it. Before them comes room for a transport-wide number, if its
 * identifier is not 0. Returns the header's size. */
size_t rtp_write_header(uint8_t *out, const struct rtp_packet *fields, const uint8_t ids[256],
                        uint8_t transport_cc_id);

/* Ends a packet with as much padding as there can be (RFC 3550 section 5.1): RTP_PADDING_SIZE bytes, which it
 * returns. */
size_t rtp_write_padding(uint8_t *packet, uint8_t *end);

/* Fills in the transport-wide number of a packet whose header has room for it. */
void rtp_set_transport_number(uint8_t *packet, uint16_t number);

#endif
