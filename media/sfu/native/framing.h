/* Packets in a byte stream: each is preceded by its length, 16 bits in network order (RFC 4571). ICE-TCP
 * frames all that it carries in this way, STUN and DTLS too (RFC 6544 section 3). */
#ifndef SPORTELLO_FRAMING_H
#define SPORTELLO_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_SIZE 2

enum frame_status {
    FRAME_COMPLETE,
    FRAME_INCOMPLETE,
    FRAME_TOO_LONG, /* no datagram can be so long; where the next frame begins does not matter any more */
};

/* Looks at the beginning of a stream. If that is a whole frame, its packet of `*size` bytes follows the header;
 * it may be empty. */
enum frame_status frame_parse(const uint8_t *stream, size_t available, size_t *size);

/* Whether a packet has the form of a connectivity check: a STUN binding request (RFC 8489 section 5). */
bool is_binding_request(const uint8_t *packet, size_t size);

#endif
