#include "framing.h"

#include "bytes.h"
#include "outbox.h"

#define STUN_HEADER_SIZE 20
#define STUN_BINDING_REQUEST 0x0001
#define STUN_COOKIE 0x2112A442u

enum frame_status frame_parse(const uint8_t *stream, size_t available, size_t *size)
{
    if (available < FRAME_HEADER_SIZE)
        return FRAME_INCOMPLETE;
    *size = load16(stream);
    if (*size > DATAGRAM_SIZE)
        return FRAME_TOO_LONG;
    return available - FRAME_HEADER_SIZE < *size ? FRAME_INCOMPLETE : FRAME_COMPLETE;
}

bool is_binding_request(const uint8_t *packet, size_t size)
{
    return size >= STUN_HEADER_SIZE && size % 4 == 0 && load16(packet) == STUN_BINDING_REQUEST &&
           load16(packet + 2) == size - STUN_HEADER_SIZE && load32(packet + 4) == STUN_COOKIE;
}
