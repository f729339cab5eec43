#include "slot.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "clock.h"

#define RESEND_LIMIT 300
#define RESEND_WINDOW_US SECOND_US
#define RTX_HEADER_SIZE 2

struct slot *slot_new(uint32_t id, struct transport *transport, const struct slot_spec *spec)
{
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->id = id;
    slot->transport = transport;
    slot->spec = *spec;
    slot->resend_window_start_us = TIME_NEVER;
    return slot;
}

void slot_connect(struct slot *slot, struct source *source, int64_t now_us)
{
    slot_disconnect(slot);
    slot->source = source;
    slot->connected_at_us = now_us;
    struct slot **link = &source->slots;
    while (*link)
        link = &(*link)->next;
    *link = slot;
}

void slot_disconnect(struct slot *slot)
{
    if (slot->source) {
        struct slot **link = &slot->source->slots;
        while (*link != slot)
            link = &(*link)->next;
        *link = slot->next;
    }
    slot->next = NULL;
    slot->source = NULL;
    slot_interrupt(slot);
}

static bool can_begin(const struct slot *slot, const struct media_packet *packet)
{
    if (slot->spec.kind == MEDIA_AUDIO)
        return packet->rtp.payload_size > 0;
    return packet->is_vp8 && packet->descriptor.key_frame_start;
}

/* Sets the offsets so that this packet follows the last one of the former source. */
static void begin(struct slot *slot, const struct media_packet *packet, int64_t now_us)
{
    slot->mapping = true;
    if (!slot->last.known) {
        map_begin(&slot->map, packet->number, packet->number);
        return;
    }
    map_begin(&slot->map, packet->number, slot->last.number + 1);
    int64_t elapsed = us_to_ticks(now_us - slot->last.sent_at_us, clock_rate(slot->spec.kind));
    slot->timestamp_offset = slot->last.timestamp + (uint32_t)(elapsed < 1 ? 1 : elapsed) - packet->rtp.timestamp;
    if (packet->is_vp8) {
        const struct picture_numbers *first = &packet->descriptor.numbers;
        slot->picture_offsets = (struct picture_numbers){
            slot->pictures.picture_id + 1 - first->picture_id,
            slot->pictures.tl0picidx + 1 - first->tl0picidx,
            slot->pictures.keyidx + 1 - first->keyidx,
        };
    }
}

/* Remembers the newest numbers; a field that a packet does not carry keeps its last value. */
static void note_pictures(struct slot *slot, const struct vp8_descriptor *descriptor)
{
    const struct picture_numbers *offsets = &slot->picture_offsets;
    if (descriptor->picture_id_at)
        slot->pictures.picture_id = descriptor->numbers.picture_id + offsets->picture_id;
    if (descriptor->tl0picidx_at)
        slot->pictures.tl0picidx = descriptor->numbers.tl0picidx + offsets->tl0picidx;
    if (descriptor->keyidx_at)
        slot->pictures.keyidx = descriptor->numbers.keyidx + offsets->keyidx;
}

size_t slot_bound(const struct media_packet *packet)
{
    return rtp_header_bound(&packet->rtp.extensions) + RTX_HEADER_SIZE + packet->rtp.payload_size;
}

/* What a decoder cannot use, such as padding, takes no number of the slot's. */
static bool is_empty(const struct slot *slot, const struct media_packet *packet)
{
    return packet->rtp.payload_size == 0 || (slot->spec.kind == MEDIA_VIDEO && !packet->is_vp8);
}

static size_t write_payload(const struct slot *slot, const struct media_packet *packet, uint8_t *out)
{
    if (is_empty(slot, packet))
        return 0;
    memcpy(out, packet->rtp.payload, packet->rtp.payload_size);
    if (packet->is_vp8)
        vp8_rewrite(out, &packet->descriptor, &slot->picture_offsets);
    return packet->rtp.payload_size;
}

static size_t write_media(struct slot *slot, const struct media_packet *packet, int64_t number, uint8_t *out)
{
    struct rtp_packet fields = packet->rtp;
    fields.payload_type = slot->spec.payload_type;
    fields.sequence_number = (uint16_t)number;
    fields.timestamp += slot->timestamp_offset;
    fields.ssrc = slot->spec.ssrc;
    size_t header = rtp_write_header(out, &fields, slot->extension_ids);
    size_t payload = write_payload(slot, packet, out + header);
    slot->packet_count++;
    slot->octet_count += (uint32_t)payload;
    return header + payload;
}

size_t slot_forward(struct slot *slot, const struct media_packet *packet, int64_t now_us, uint8_t *out)
{
    int64_t number;
    if (!slot->mapping) {
        if (!can_begin(slot, packet))
            return 0;
        begin(slot, packet, now_us);
    }
    if (is_empty(slot, packet) && map_remove(&slot->map, packet->number))
        return 0;
    if (!map_forward(&slot->map, packet->number, &number))
        return 0;
    if (!slot->last.known || number > slot->last.number) {
        slot->last.known = true;
        slot->last.number = number;
        slot->last.timestamp = packet->rtp.timestamp + slot->timestamp_offset;
        slot->last.sent_at_us = now_us;
        if (packet->is_vp8)
            note_pictures(slot, &packet->descriptor);
    }
    return write_media(slot, packet, number, out);
}

static bool may_resend(struct slot *slot, int64_t now_us)
{
    if (now_us - slot->resend_window_start_us >= RESEND_WINDOW_US) {
        slot->resend_window_start_us = now_us;
        slot->resent = 0;
    }
    return slot->resent < RESEND_LIMIT;
}

const struct media_packet *slot_find_lost(struct slot *slot, uint16_t sequence_number, int64_t now_us)
{
    int64_t original;
    if (!slot->source || !slot->mapping || !slot->spec.rtx_ssrc.known || !may_resend(slot, now_us))
        return NULL;
    int64_t number = slot->last.number + signed_distance((uint16_t)slot->last.number, sequence_number);
    if (!map_backward(&slot->map, number, &original))
        return NULL;
    return source_packet(slot->source, original);
}

size_t slot_retransmit(struct slot *slot, const struct media_packet *packet, uint16_t sequence_number, uint8_t *out)
{
    struct rtp_packet fields = packet->rtp;
    slot->resent++;
    fields.payload_type = slot->spec.rtx_payload_type;
    fields.sequence_number = ++slot->rtx_number;
    fields.timestamp += slot->timestamp_offset;
    fields.ssrc = slot->spec.rtx_ssrc.value;
    size_t header = rtp_write_header(out, &fields, slot->extension_ids);
    store16(out + header, sequence_number);
    return header + RTX_HEADER_SIZE + write_payload(slot, packet, out + header + RTX_HEADER_SIZE);
}

static void note_sent_report(struct slot *slot, uint32_t middle, int64_t now_us)
{
    for (int i = 0; i < slot->sent_report_count; i++) {
        if (slot->sent_reports[i].middle == middle) {
            slot->sent_reports[i].sent_at_us = now_us;
            return;
        }
    }
    if (slot->sent_report_count == SENT_REPORTS) {
        memmove(slot->sent_reports, slot->sent_reports + 1, (SENT_REPORTS - 1) * sizeof slot->sent_reports[0]);
        slot->sent_report_count--;
    }
    slot->sent_reports[slot->sent_report_count].middle = middle;
    slot->sent_reports[slot->sent_report_count++].sent_at_us = now_us;
}

bool slot_sender_report(struct slot *slot, int64_t now_us, struct rtcp_sender_report *report)
{
    if (!slot->source || !slot->source->sender_report.known || !slot->mapping)
        return false;
    const struct rtcp_sender_report *received = &slot->source->sender_report.report;
    int64_t elapsed_us = now_us - slot->source->sender_report.received_at_us;
    int64_t seconds = elapsed_us / SECOND_US, rest_us = elapsed_us % SECOND_US;
    uint64_t ntp_time = received->ntp_time + ((uint64_t)seconds << 32) + ((uint64_t)rest_us << 32) / SECOND_US;
    int64_t ticks = us_to_ticks(elapsed_us, clock_rate(slot->spec.kind));
    note_sent_report(slot, (uint32_t)(ntp_time >> 16), now_us);
    *report = (struct rtcp_sender_report){
        .ssrc = slot->spec.ssrc,
        .ntp_time = ntp_time,
        .rtp_timestamp = received->rtp_timestamp + (uint32_t)ticks + slot->timestamp_offset,
        .packet_count = slot->packet_count,
        .octet_count = slot->octet_count,
    };
    return true;
}

int64_t slot_report_received(struct slot *slot, const struct rtcp_block *block, int64_t now_us)
{
    slot->loss_reported = true;
    slot->fraction_lost = block->fraction_lost;
    for (int i = 0; i < slot->sent_report_count; i++) {
        if (slot->sent_reports[i].middle == block->last_sender_report) {
            int64_t delay_us = (int64_t)block->delay_since_last * SECOND_US / 65536;
            int64_t round_trip = now_us - slot->sent_reports[i].sent_at_us - delay_us;
            return round_trip > 0 ? round_trip : 0;
        }
    }
    return -1;
}
