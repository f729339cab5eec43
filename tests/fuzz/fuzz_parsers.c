/* RTP, VP8, RED and RTCP parsers: nothing is read beyond the packet, and what was accepted can be written. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "outbox.h"
#include "red.h"
#include "rtcp.h"
#include "rtp.h"
#include "transport_cc.h"
#include "vp8.h"

static void parse_media(const uint8_t *data, size_t size)
{
    struct rtp_packet packet;
    struct vp8_descriptor descriptor;
    uint8_t ids[256];
    if (!rtp_parse(data, size, &packet))
        return;
    for (int id = 0; id < 256; id++)
        ids[id] = (uint8_t)(id * data[1]);
    ids[0] = 0;
    size_t bound = rtp_header_bound(&packet.extensions);
    uint8_t *header = malloc(bound);
    uint8_t transport_cc_id = data[5];
    size_t written = rtp_write_header(header, &packet, ids, transport_cc_id);
    assert(written <= bound);
    if (transport_cc_id)
        rtp_set_transport_number(header, 0xABCD);
    struct rtp_packet again;
    assert(rtp_parse(header, written, &again) && again.payload_size == 0);
    struct rtp_element number;
    assert(!transport_cc_id || (rtp_find_element(&again.extensions, transport_cc_id, &number) && number.size == 2 &&
                                number.data[0] == 0xAB && number.data[1] == 0xCD));
    free(header);
    uint8_t *payload = malloc(packet.payload_size ? packet.payload_size : 1);
    memcpy(payload, packet.payload, packet.payload_size);
    if (vp8_parse(payload, packet.payload_size, &descriptor)) {
        struct picture_numbers offsets = {data[2] * 257u, data[3], data[4]};
        vp8_rewrite(payload, &descriptor, &offsets);
        size_t size_before = descriptor.size;
        assert(vp8_parse(payload, packet.payload_size, &descriptor) && descriptor.size == size_before);
    }
    free(payload);
}

static void parse_redundant(const uint8_t *data, size_t size)
{
    struct red red, again;
    uint8_t type = data[0] & 0x7F, other = type ^ 1;
    uint8_t *payload = malloc(size);
    memcpy(payload, data, size);
    if (red_parse(payload, size, type, &red)) {
        assert(red.primary_at < size && red.reach < 1 << 14);
        red_rename(payload, other);
        assert(red_parse(payload, size, other, &again));
        assert(again.primary_at == red.primary_at && again.reach == red.reach);
    }
    free(payload);
}

static void parse_transport_feedback(const struct rtcp_packet *packet)
{
    struct transport_cc_reader reader;
    struct transport_cc_run run;
    size_t count = 0;
    assert(transport_cc_begin(packet, &reader));
    size_t expected = reader.left;
    while (transport_cc_next(&reader, &run)) {
        for (int i = 0; run.symbol && i < run.count; i++)
            transport_cc_delta(&reader, run.symbol);
        count += run.count;
    }
    assert(count == expected && reader.delta <= reader.end);
}

static void parse_reports(const uint8_t *data, size_t size)
{
    struct rtcp_packet packet;
    size_t position = 0;
    if (!rtcp_is_well_formed(data, size))
        return;
    while (rtcp_next(data, size, &position, &packet)) {
        if (packet.type == RTCP_SENDER_REPORT)
            rtcp_read_sender_report(&packet);
        if (packet.type == RTCP_TRANSPORT_FEEDBACK && packet.count == RTCP_TRANSPORT_WIDE)
            parse_transport_feedback(&packet);
        size_t blocks = packet.type == RTCP_SENDER_REPORT ? RTCP_SENDER_INFO_SIZE : 4;
        if (packet.type == RTCP_SENDER_REPORT || packet.type == RTCP_RECEIVER_REPORT)
            for (int i = 0; i < packet.count; i++)
                rtcp_read_block(packet.body + blocks + (size_t)i * RTCP_BLOCK_SIZE);
    }
    assert(position == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size && size <= DATAGRAM_SIZE)
        parse_redundant(data, size);
    parse_media(data, size);
    parse_reports(data, size);
    return 0;
}
