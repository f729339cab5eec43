#include "rtcp.h"

#include <string.h>

#include "bytes.h"
#include "transport_cc.h"

#define HEADER_SIZE 4
#define FEEDBACK_SIZE 8 /* both SSRCs */
#define REMB_FIXED_SIZE 16
#define REMB_MANTISSA_BITS 18
#define SDES_CNAME 1

static const uint8_t REMB_NAME[4] = {'R', 'E', 'M', 'B'};

/* Takes the packet at *position; false if its header, length or padding does not fit. */
static bool take_packet(const uint8_t *data, size_t size, size_t *position, struct rtcp_packet *packet)
{
    if (*position + HEADER_SIZE > size || data[*position] >> 6 != 2)
        return false;
    const uint8_t *header = data + *position;
    size_t body = 4 * (size_t)load16(header + 2);
    if (*position + HEADER_SIZE + body > size)
        return false;
    *packet = (struct rtcp_packet){header[1], header[0] & 0x1F, header + HEADER_SIZE, body};
    *position += HEADER_SIZE + body;
    if (header[0] & 0x20) {
        size_t padding = body ? packet->body[body - 1] : 0;
        if (padding == 0 || padding > body)
            return false;
        packet->size -= padding;
    }
    return true;
}

/* RFC 3550 section 6.5: chunks of an SSRC and items, each ended by zeros up to a multiple of four. */
static bool description_fits(const struct rtcp_packet *packet)
{
    size_t at = 0;
    for (int chunk = 0; chunk < packet->count; chunk++) {
        at += 4;
        while (at < packet->size && packet->body[at] != 0) {
            if (at + 2 > packet->size)
                return false;
            at += 2 + (size_t)packet->body[at + 1];
        }
        if (at >= packet->size)
            return false;
        at += 4 - at % 4;
    }
    return true;
}

static bool payload_feedback_fits(const struct rtcp_packet *packet)
{
    if (packet->size < FEEDBACK_SIZE)
        return false;
    bool remb = packet->count == RTCP_APPLICATION && packet->size >= FEEDBACK_SIZE + sizeof REMB_NAME &&
                memcmp(packet->body + FEEDBACK_SIZE, REMB_NAME, sizeof REMB_NAME) == 0;
    return !remb || (packet->size >= REMB_FIXED_SIZE &&
                     packet->size >= REMB_FIXED_SIZE + 4 * (size_t)packet->body[12]);
}

static bool transport_feedback_fits(const struct rtcp_packet *packet)
{
    struct transport_cc_reader reader;
    if (packet->count == RTCP_TRANSPORT_WIDE)
        return transport_cc_begin(packet, &reader);
    return packet->count != RTCP_GENERIC_NACK || (packet->size >= FEEDBACK_SIZE && packet->size % 4 == 0);
}

static bool packet_fits(const struct rtcp_packet *packet)
{
    switch (packet->type) {
    case RTCP_SENDER_REPORT:
        return packet->size >= RTCP_SENDER_INFO_SIZE + RTCP_BLOCK_SIZE * (size_t)packet->count;
    case RTCP_RECEIVER_REPORT:
        return packet->size >= 4 + RTCP_BLOCK_SIZE * (size_t)packet->count;
    case RTCP_SOURCE_DESCRIPTION:
        return description_fits(packet);
    case RTCP_GOODBYE:
        return packet->size >= 4 * (size_t)packet->count;
    case RTCP_TRANSPORT_FEEDBACK:
        return transport_feedback_fits(packet);
    case RTCP_PAYLOAD_FEEDBACK:
        return payload_feedback_fits(packet);
    default:
        return true;
    }
}

bool rtcp_is_well_formed(const uint8_t *data, size_t size)
{
    struct rtcp_packet packet;
    size_t position = 0;
    while (position < size)
        if (!take_packet(data, size, &position, &packet) || !packet_fits(&packet))
            return false;
    return size > 0;
}

bool rtcp_next(const uint8_t *data, size_t size, size_t *position, struct rtcp_packet *packet)
{
    return *position < size && take_packet(data, size, position, packet);
}

struct rtcp_sender_report rtcp_read_sender_report(const struct rtcp_packet *packet)
{
    return (struct rtcp_sender_report){
        .ssrc = load32(packet->body),
        .ntp_time = load64(packet->body + 4),
        .rtp_timestamp = load32(packet->body + 12),
        .packet_count = load32(packet->body + 16),
        .octet_count = load32(packet->body + 20),
    };
}

struct rtcp_block rtcp_read_block(const uint8_t *at)
{
    uint32_t lost = load32(at + 4) & 0xFFFFFF;
    return (struct rtcp_block){
        .ssrc = load32(at),
        .fraction_lost = at[4],
        .packets_lost = lost & 0x800000 ? (int32_t)lost - 0x1000000 : (int32_t)lost,
        .highest_sequence = load32(at + 8),
        .jitter = load32(at + 12),
        .last_sender_report = load32(at + 16),
        .delay_since_last = load32(at + 20),
    };
}

static void write_block(uint8_t *out, const struct rtcp_block *block)
{
    store32(out, block->ssrc);
    out[4] = block->fraction_lost;
    store24(out + 5, (uint32_t)block->packets_lost);
    store32(out + 8, block->highest_sequence);
    store32(out + 12, block->jitter);
    store32(out + 16, block->last_sender_report);
    store32(out + 20, block->delay_since_last);
}

size_t rtcp_write_header(uint8_t *out, enum rtcp_type type, size_t count, size_t body)
{
    out[0] = (uint8_t)(0x80 | count);
    out[1] = (uint8_t)type;
    store16(out + 2, (uint16_t)(body / 4));
    return HEADER_SIZE + body;
}

size_t rtcp_write_sender_report(uint8_t *out, const struct rtcp_sender_report *report)
{
    uint8_t *body = out + HEADER_SIZE;
    store32(body, report->ssrc);
    store64(body + 4, report->ntp_time);
    store32(body + 12, report->rtp_timestamp);
    store32(body + 16, report->packet_count);
    store32(body + 20, report->octet_count);
    return rtcp_write_header(out, RTCP_SENDER_REPORT, 0, RTCP_SENDER_INFO_SIZE);
}

size_t rtcp_write_receiver_report(uint8_t *out, uint32_t ssrc, const struct rtcp_block *blocks, size_t count)
{
    store32(out + HEADER_SIZE, ssrc);
    for (size_t i = 0; i < count; i++)
        write_block(out + HEADER_SIZE + 4 + i * RTCP_BLOCK_SIZE, blocks + i);
    return rtcp_write_header(out, RTCP_RECEIVER_REPORT, count, 4 + count * RTCP_BLOCK_SIZE);
}

size_t rtcp_write_description(uint8_t *out, uint32_t ssrc, const char *cname)
{
    size_t length = strlen(cname), chunk = 6 + length;
    uint8_t *body = out + HEADER_SIZE;
    store32(body, ssrc);
    body[4] = SDES_CNAME;
    body[5] = (uint8_t)length;
    memcpy(body + 6, cname, length);
    memset(body + chunk, 0, 4 - chunk % 4);
    return rtcp_write_header(out, RTCP_SOURCE_DESCRIPTION, 1, chunk + 4 - chunk % 4);
}

static uint8_t *write_ssrcs(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc)
{
    store32(out + HEADER_SIZE, sender_ssrc);
    store32(out + HEADER_SIZE + 4, media_ssrc);
    return out + HEADER_SIZE + FEEDBACK_SIZE;
}

size_t rtcp_write_picture_loss(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc)
{
    write_ssrcs(out, sender_ssrc, media_ssrc);
    return rtcp_write_header(out, RTCP_PAYLOAD_FEEDBACK, RTCP_PICTURE_LOSS, FEEDBACK_SIZE);
}

size_t rtcp_write_full_intra(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc, uint8_t command)
{
    uint8_t *entry = write_ssrcs(out, sender_ssrc, 0);
    store32(entry, media_ssrc);
    store32(entry + 4, (uint32_t)command << 24);
    return rtcp_write_header(out, RTCP_PAYLOAD_FEEDBACK, RTCP_FULL_INTRA, FEEDBACK_SIZE + 8);
}

size_t rtcp_write_nack(uint8_t *out, uint32_t sender_ssrc, uint32_t media_ssrc, const uint16_t *numbers, size_t count)
{
    uint8_t *first = write_ssrcs(out, sender_ssrc, media_ssrc), *end = first;
    for (size_t i = 0; i < count; i++) {
        uint16_t distance = end > first ? (uint16_t)(numbers[i] - load16(end - 4)) : 0;
        if (distance >= 1 && distance <= 16) {
            store16(end - 2, (uint16_t)(load16(end - 2) | 1 << (distance - 1)));
        } else {
            store16(end, numbers[i]);
            store16(end + 2, 0);
            end += 4;
        }
    }
    return rtcp_write_header(out, RTCP_TRANSPORT_FEEDBACK, RTCP_GENERIC_NACK, (size_t)(end - out) - HEADER_SIZE);
}

size_t rtcp_write_estimate(uint8_t *out, uint32_t sender_ssrc, uint64_t bitrate_bps, const uint32_t *ssrcs,
                           size_t count)
{
    uint8_t *body = write_ssrcs(out, sender_ssrc, 0);
    uint32_t exponent = 0;
    while (bitrate_bps >> exponent >= 1 << REMB_MANTISSA_BITS)
        exponent++;
    memcpy(body, REMB_NAME, sizeof REMB_NAME);
    body[4] = (uint8_t)count;
    store24(body + 5, exponent << REMB_MANTISSA_BITS | (uint32_t)(bitrate_bps >> exponent));
    for (size_t i = 0; i < count; i++)
        store32(body + 8 + 4 * i, ssrcs[i]);
    return rtcp_write_header(out, RTCP_PAYLOAD_FEEDBACK, RTCP_APPLICATION, REMB_FIXED_SIZE + 4 * count);
}
