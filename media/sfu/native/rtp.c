#include "rtp.h"

#include <string.h>

#include "bytes.h"

#define VERSION_2 0x80
#define PADDING_BIT 0x20
#define EXTENSION_BIT 0x10
#define MARKER_BIT 0x80
#define EXTENSION_HEADER_SIZE 4
#define ONE_BYTE_PROFILE 0xBEDE
#define TWO_BYTE_PROFILE 0x1000
#define ONE_BYTE_MAX_ID 14
#define ONE_BYTE_MAX_SIZE 16
#define NUMBER_ELEMENT_SIZE 4 /* of a transport-wide number, in the two-byte form */

/* The next element; *position moves behind it. Returns 1, 0 at the end, -1 if the element is cut off. */
static int next_element(const struct rtp_extensions *extensions, size_t *position, struct rtp_element *element)
{
    const uint8_t *data = extensions->data;
    size_t size = extensions->size, at = *position;
    while (at < size && data[at] == 0)
        at++;
    if (at >= size || (!extensions->two_byte && data[at] >> 4 == 15))
        return 0; /* RFC 8285 section 4.2: identifier 15 ends the list */
    if (extensions->two_byte) {
        if (at + 2 > size)
            return -1;
        *element = (struct rtp_element){data[at], data[at + 1], data + at + 2};
    } else {
        *element = (struct rtp_element){data[at] >> 4, (uint8_t)((data[at] & 0x0F) + 1), data + at + 1};
    }
    *position = (size_t)(element->data - data) + element->size;
    return *position <= size ? 1 : -1;
}

static bool well_formed(const struct rtp_extensions *extensions)
{
    struct rtp_element element;
    size_t position = 0;
    int result;
    do
        result = next_element(extensions, &position, &element);
    while (result > 0);
    return result == 0;
}

/* Takes the extension header at *position; other profiles than RFC 8285's are skipped (RFC 3550 5.3.1). */
static bool parse_extensions(const uint8_t *data, size_t size, size_t *position, struct rtp_extensions *extensions)
{
    if (*position + EXTENSION_HEADER_SIZE > size)
        return false;
    uint16_t profile = load16(data + *position);
    size_t length = 4 * (size_t)load16(data + *position + 2);
    *position += EXTENSION_HEADER_SIZE;
    if (*position + length > size)
        return false;
    extensions->two_byte = (profile & 0xFFF0) == TWO_BYTE_PROFILE;
    if (extensions->two_byte || profile == ONE_BYTE_PROFILE) {
        extensions->data = data + *position;
        extensions->size = length;
    }
    *position += length;
    return well_formed(extensions);
}

bool rtp_parse(const uint8_t *data, size_t size, struct rtp_packet *packet)
{
    if (size < RTP_HEADER_SIZE || data[0] >> 6 != 2)
        return false;
    size_t position = RTP_HEADER_SIZE + 4 * (size_t)(data[0] & 0x0F);
    packet->extensions = (struct rtp_extensions){data, 0, false};
    if (data[0] & EXTENSION_BIT && !parse_extensions(data, size, &position, &packet->extensions))
        return false;
    if (position > size)
        return false;
    size_t padding = data[0] & PADDING_BIT && size > position ? data[size - 1] : 0;
    if (padding > size - position || (data[0] & PADDING_BIT && size > position && !padding))
        return false;
    packet->payload_type = data[1] & 0x7F;
    packet->marker = data[1] & MARKER_BIT;
    packet->sequence_number = load16(data + 2);
    packet->timestamp = load32(data + 4);
    packet->ssrc = load32(data + 8);
    packet->payload = data + position;
    packet->payload_size = size - position - padding;
    return true;
}

bool rtp_next_element(const struct rtp_extensions *extensions, size_t *position, struct rtp_element *element)
{
    return next_element(extensions, position, element) > 0;
}

bool rtp_find_element(const struct rtp_extensions *extensions, uint8_t id, struct rtp_element *element)
{
    size_t position = 0;
    while (id && rtp_next_element(extensions, &position, element))
        if (element->id == id)
            return true;
    return false;
}

size_t rtp_header_bound(const struct rtp_extensions *extensions)
{
    /* An element of two bytes grows by one at most, when the one-byte form no longer fits. */
    return RTP_HEADER_SIZE + EXTENSION_HEADER_SIZE + NUMBER_ELEMENT_SIZE + extensions->size + extensions->size / 2 + 3;
}

/* How many elements are kept; clears `one_byte` if one of them does not fit that form. */
static int count_kept(const struct rtp_extensions *extensions, const uint8_t ids[256], bool *one_byte)
{
    struct rtp_element element;
    size_t position = 0;
    int kept = 0;
    while (rtp_next_element(extensions, &position, &element)) {
        if (!ids[element.id])
            continue;
        kept++;
        if (ids[element.id] > ONE_BYTE_MAX_ID || element.size < 1 || element.size > ONE_BYTE_MAX_SIZE)
            *one_byte = false;
    }
    return kept;
}

static size_t write_element_head(uint8_t *out, uint8_t id, uint8_t size, bool one_byte)
{
    if (one_byte) {
        out[0] = (uint8_t)(id << 4 | (size - 1));
        return 1;
    }
    out[0] = id;
    out[1] = size;
    return 2;
}

static size_t write_elements(uint8_t *out, const struct rtp_extensions *extensions, const uint8_t ids[256],
                             uint8_t transport_cc_id, bool one_byte)
{
    struct rtp_element element;
    size_t position = 0, at = EXTENSION_HEADER_SIZE;
    if (transport_cc_id)
        at += write_element_head(out + at, transport_cc_id, sizeof(uint16_t), one_byte) + sizeof(uint16_t);
    while (rtp_next_element(extensions, &position, &element)) {
        uint8_t id = ids[element.id];
        if (!id)
            continue;
        at += write_element_head(out + at, id, element.size, one_byte);
        memcpy(out + at, element.data, element.size);
        at += element.size;
    }
    while (at % 4)
        out[at++] = 0;
    store16(out, one_byte ? ONE_BYTE_PROFILE : TWO_BYTE_PROFILE);
    store16(out + 2, (uint16_t)((at - EXTENSION_HEADER_SIZE) / 4));
    return at;
}

size_t rtp_write_header(uint8_t *out, const struct rtp_packet *fields, const uint8_t ids[256],
                        uint8_t transport_cc_id)
{
    bool one_byte = transport_cc_id <= ONE_BYTE_MAX_ID;
    int kept = fields->extensions.size ? count_kept(&fields->extensions, ids, &one_byte) : 0;
    bool extended = kept || transport_cc_id;
    out[0] = VERSION_2 | (extended ? EXTENSION_BIT : 0);
    out[1] = fields->payload_type | (fields->marker ? MARKER_BIT : 0);
    store16(out + 2, fields->sequence_number);
    store32(out + 4, fields->timestamp);
    store32(out + 8, fields->ssrc);
    if (!extended)
        return RTP_HEADER_SIZE;
    return RTP_HEADER_SIZE +
           write_elements(out + RTP_HEADER_SIZE, &fields->extensions, ids, transport_cc_id, one_byte);
}

size_t rtp_write_padding(uint8_t *packet, uint8_t *end)
{
    packet[0] |= PADDING_BIT;
    memset(end, 0, RTP_PADDING_SIZE - 1);
    end[RTP_PADDING_SIZE - 1] = RTP_PADDING_SIZE;
    return RTP_PADDING_SIZE;
}

void rtp_set_transport_number(uint8_t *packet, uint16_t number)
{
    uint8_t *extensions = packet + RTP_HEADER_SIZE;
    size_t head = load16(extensions) == ONE_BYTE_PROFILE ? 1 : 2;
    store16(extensions + EXTENSION_HEADER_SIZE + head, number);
}
