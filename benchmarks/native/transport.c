#include "transport.h"

#include <stdlib.h>

#include "bytes.h"
#include "rtcp.h"

#define CNAME "load"
#define AUDIO_RATE 48000
#define VIDEO_RATE 90000
#define FIR_ENTRY_SIZE 8

bool transport_connect(struct transport *transport, const struct connection *connection)
{
    transport->in = srtp_new(connection->profile, connection->receive_key);
    transport->out = srtp_new(connection->profile, connection->send_key);
    transport->ssrc = connection->ssrc;
    transport->audio_payload_type = connection->audio_payload_type;
    transport->rtx_payload_type = connection->rtx_payload_type;
    transport->transport_cc_id = connection->transport_cc_id;
    transport->media_count = connection->media_count;
    for (uint32_t i = 0; i < connection->media_count; i++)
        media_begin(transport->media + i, connection->media + i);
    transport->connected = transport->in && transport->out;
    return transport->connected;
}

void transport_free(struct transport *transport)
{
    if (transport->in)
        srtp_free(transport->in);
    if (transport->out)
        srtp_free(transport->out);
    free(transport);
}

static struct reception *find_reception(struct transport *transport, uint32_t ssrc)
{
    for (uint32_t i = 0; i < transport->reception_count; i++)
        if (transport->receptions[i].ssrc == ssrc)
            return transport->receptions + i;
    return NULL;
}

static void note_arrival(struct transport *transport, const struct rtp_packet *packet, int64_t now_us)
{
    struct rtp_element element;
    if (rtp_find_element(&packet->extensions, transport->transport_cc_id, &element) && element.size == 2)
        arrivals_note(&transport->arrivals, load16(element.data), packet->ssrc, now_us);
}

void transport_count(struct transport *transport, const struct rtp_packet *packet, int64_t now_us)
{
    struct reception *reception = find_reception(transport, packet->ssrc);
    note_arrival(transport, packet, now_us);
    if (!reception) {
        if (transport->reception_count == TRANSPORT_MAX_RECEPTIONS)
            return;
        reception = transport->receptions + transport->reception_count++;
        bool audio = packet->payload_type == transport->audio_payload_type;
        *reception = (struct reception){.ssrc = packet->ssrc, .clock_rate = audio ? AUDIO_RATE : VIDEO_RATE};
    }
    reception_count(reception, packet, now_us);
}

static uint32_t want_key_frame(struct transport *transport, uint32_t ssrc)
{
    const struct media *wanted = NULL;
    for (uint32_t i = 0; i < transport->media_count; i++)
        if (transport->media[i].spec.ssrc == ssrc)
            wanted = transport->media + i;
    if (!wanted)
        return 0;
    for (uint32_t i = 0; i < transport->media_count; i++)
        if (transport->media + i == wanted || media_is_same_camera(transport->media + i, wanted))
            transport->media[i].key_frame_wanted = true;
    return 1;
}

/* How many packets a generic NACK names (RFC 4585 section 6.2.1). */
static uint32_t count_nack(const struct rtcp_packet *packet)
{
    uint32_t packets = 0;
    for (size_t at = 8; at + 4 <= packet->size; at += 4)
        packets += 1 + (uint32_t)__builtin_popcount(load16(packet->body + at + 2));
    return packets;
}

static uint32_t take_payload_feedback(struct transport *transport, const struct rtcp_packet *packet)
{
    uint32_t wanted = 0;
    if (packet->count == RTCP_PICTURE_LOSS)
        return want_key_frame(transport, load32(packet->body + 4));
    if (packet->count == RTCP_FULL_INTRA)
        for (size_t at = 8; at + FIR_ENTRY_SIZE <= packet->size; at += FIR_ENTRY_SIZE)
            wanted += want_key_frame(transport, load32(packet->body + at));
    return wanted;
}

static void take_sender_report(struct transport *transport, const struct rtcp_packet *packet, int64_t now_us)
{
    struct rtcp_sender_report report = rtcp_read_sender_report(packet);
    struct reception *reception = find_reception(transport, report.ssrc);
    if (reception)
        reception_sender_report(reception, report.ntp_time, now_us);
}

struct feedback transport_take_rtcp(struct transport *transport, const uint8_t *data, size_t size, int64_t now_us)
{
    struct feedback feedback = {0};
    struct rtcp_packet packet;
    size_t position = 0;
    while (rtcp_next(data, size, &position, &packet)) {
        if (packet.type == RTCP_SENDER_REPORT)
            take_sender_report(transport, &packet, now_us);
        else if (packet.type == RTCP_PAYLOAD_FEEDBACK)
            feedback.key_frames += take_payload_feedback(transport, &packet);
        else if (packet.type == RTCP_TRANSPORT_FEEDBACK && packet.count == RTCP_GENERIC_NACK)
            feedback.packets += count_nack(&packet);
    }
    return feedback;
}

size_t transport_write_report(struct transport *transport, uint64_t ntp_time, int64_t now_us, uint8_t *out)
{
    struct rtcp_block blocks[TRANSPORT_MAX_RECEPTIONS];
    size_t size = 0;
    for (uint32_t i = 0; i < transport->media_count; i++) {
        const struct media *media = transport->media + i;
        const struct rtcp_sender_report report = {
            media->spec.ssrc, ntp_time, media_timestamp(media), media->packet_count, media->octet_count,
        };
        size += rtcp_write_sender_report(out + size, &report);
    }
    for (uint32_t i = 0; i < transport->reception_count; i++)
        blocks[i] = reception_report(transport->receptions + i, now_us);
    size += rtcp_write_receiver_report(out + size, transport->ssrc, blocks, transport->reception_count);
    return size + rtcp_write_description(out + size, transport->ssrc, CNAME);
}
