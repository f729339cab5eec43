#include "slot.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "clock.h"

#define RESEND_LIMIT 300
#define RESEND_WINDOW_US SECOND_US
#define RTX_HEADER_SIZE 2
#define ALIGNABLE (INT64_C(60) << 32) /* a minute, as NTP counts */

struct slot *slot_new(uint32_t id, struct transport *transport, const struct slot_spec *spec)
{
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->id = id;
    slot->transport = transport;
    slot->spec = *spec;
    slot->resend_window_start_us = TIME_NEVER;
    slot->max_temporal = slot->temporal = TEMPORAL_LAYERS - 1;
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
    slot->aligned.known = false;
    slot_await(slot, NULL);
    slot_interrupt(slot);
}

void slot_await(struct slot *slot, struct source *source)
{
    struct slot **link;
    if (slot->pending) {
        for (link = &slot->pending->candidates; *link != slot;)
            link = &(*link)->next_candidate;
        *link = slot->next_candidate;
    }
    slot->pending = source;
    slot->next_candidate = NULL;
    if (source) {
        for (link = &source->candidates; *link;)
            link = &(*link)->next_candidate;
        *link = slot;
    }
}

/* The offset with which another layer's timestamps continue the present ones: both layers' sender reports tell
 * the one clock of their sender (RFC 3550 section 6.4.1). False if it is not known. */
static bool align(const struct slot *slot, const struct source *next, uint32_t *timestamp_offset)
{
    const struct source *present = slot->source;
    if (!slot->mapping || present->leader != next->leader)
        return false;
    if (!present->sender_report.known || !next->sender_report.known)
        return false;
    const struct rtcp_sender_report *from = &present->sender_report.report, *to = &next->sender_report.report;
    int64_t apart = (int64_t)(to->ntp_time - from->ntp_time);
    if (apart > ALIGNABLE || apart < -ALIGNABLE)
        return false;
    uint32_t ticks = (uint32_t)(apart * clock_rate(slot->spec.kind) >> 32);
    *timestamp_offset = slot->timestamp_offset + from->rtp_timestamp - to->rtp_timestamp + ticks;
    return true;
}

void slot_take_over(struct slot *slot, int64_t now_us)
{
    struct source *next = slot->pending;
    uint32_t timestamp_offset;
    bool aligned = align(slot, next, &timestamp_offset);
    slot_connect(slot, next, now_us);
    slot->aligned.known = aligned;
    if (aligned)
        slot->aligned.timestamp_offset = timestamp_offset;
}

static bool can_begin(const struct slot *slot, const struct media_packet *packet)
{
    if (slot->spec.kind == MEDIA_AUDIO)
        return packet->rtp.payload_size > 0;
    return packet->is_vp8 && packet->descriptor.key_frame_start;
}

/* What a packet's timestamp becomes when it follows another source's: by the clock of their common sender, or
 * by the time that has passed here where that is not known, or cannot be true. Never backwards. */
static uint32_t following_timestamp(const struct slot *slot, const struct media_packet *packet, int64_t now_us)
{
    int64_t rate = clock_rate(slot->spec.kind);
    uint32_t following = slot->last.timestamp + (uint32_t)us_to_ticks(now_us - slot->last.sent_at_us, rate);
    uint32_t exact = packet->rtp.timestamp + slot->aligned.timestamp_offset;
    int32_t apart = (int32_t)(exact - following);
    if (slot->aligned.known && apart <= rate && apart >= -rate)
        following = exact;
    return (int32_t)(following - slot->last.timestamp) < 1 ? slot->last.timestamp + 1 : following;
}

/* Sets the offsets so that this packet follows the last one of the former source. */
static void begin(struct slot *slot, const struct media_packet *packet, int64_t now_us)
{
    slot->mapping = true;
    slot->began_at_timestamp = packet->rtp.timestamp;
    slot->temporal = slot->max_temporal;
    slot->left_out.known = false;
    if (!slot->last.known) {
        map_begin(&slot->map, packet->number, packet->number);
        return;
    }
    map_begin(&slot->map, packet->number, slot->last.number + 1);
    slot->timestamp_offset = following_timestamp(slot, packet, now_us) - packet->rtp.timestamp;
    slot->aligned.known = false;
    if (packet->is_vp8) {
        const struct picture_numbers *first = &packet->descriptor.numbers;
        slot->picture_offsets = (struct picture_numbers){
            slot->pictures.picture_id + 1 - first->picture_id,
            slot->pictures.tl0picidx + 1 - first->tl0picidx,
            slot->pictures.keyidx + 1 - first->keyidx,
        };
    }
}

/* What is added to a packet's picture numbers; pictures that were left out before it take none. */
static struct picture_numbers offsets_at(const struct slot *slot, const struct mapped *mapped)
{
    struct picture_numbers offsets = slot->picture_offsets;
    offsets.picture_id -= mapped->pictures;
    return offsets;
}

/* Remembers the newest numbers; a field that a packet does not carry keeps its last value. */
static void note_pictures(struct slot *slot, const struct vp8_descriptor *descriptor,
                          const struct picture_numbers *offsets)
{
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

/* Whether redundant audio goes on with all its blocks. */
static bool keeps_redundancy(const struct slot *slot, const struct media_packet *packet)
{
    return packet->is_red && slot->spec.red_payload_type >= 0 && slot->max_temporal > 0 &&
           packet->rtp.timestamp - slot->began_at_timestamp >= packet->red.reach;
}

static size_t write_payload(const struct slot *slot, const struct media_packet *packet, const struct mapped *mapped,
                            uint8_t *out)
{
    if (is_empty(slot, packet))
        return 0;
    size_t from = packet->is_red && !keeps_redundancy(slot, packet) ? packet->red.primary_at : 0;
    size_t size = packet->rtp.payload_size - from;
    memcpy(out, packet->rtp.payload + from, size);
    if (packet->is_red && !from)
        red_rename(out, slot->spec.payload_type);
    if (packet->is_vp8) {
        struct picture_numbers offsets = offsets_at(slot, mapped);
        vp8_rewrite(out, &packet->descriptor, &offsets);
    }
    return size;
}

static size_t write_media(struct slot *slot, const struct media_packet *packet, const struct mapped *mapped,
                          uint8_t *out)
{
    struct rtp_packet fields = packet->rtp;
    fields.payload_type =
        keeps_redundancy(slot, packet) ? (uint8_t)slot->spec.red_payload_type : slot->spec.payload_type;
    fields.sequence_number = (uint16_t)mapped->number;
    fields.timestamp += slot->timestamp_offset;
    fields.ssrc = slot->spec.ssrc;
    size_t header = rtp_write_header(out, &fields, slot->extension_ids, slot->spec.transport_cc_id);
    size_t payload = write_payload(slot, packet, mapped, out + header);
    slot->packet_count++;
    slot->octet_count += (uint32_t)payload;
    return header + payload;
}

/* Follows the wish for temporal layers where a new frame begins. */
static void adapt_temporal(struct slot *slot, const struct media_packet *packet)
{
    const struct vp8_descriptor *descriptor = &packet->descriptor;
    if (!descriptor->frame_start || packet->number <= slot->map.highest)
        return;
    bool rises = descriptor->layer_sync && descriptor->temporal_id == slot->temporal + 1;
    if (slot->temporal > slot->max_temporal || descriptor->key_frame_start)
        slot->temporal = slot->max_temporal;
    else if (rises && slot->temporal < slot->max_temporal)
        slot->temporal++;
}

/* Whether this is the first packet of a picture that is left out. */
static bool opens_gap(const struct slot *slot, const struct media_packet *packet)
{
    if (!packet->is_vp8 || !packet->descriptor.picture_id_at)
        return false;
    return !slot->left_out.known || slot->left_out.picture_id != packet->descriptor.numbers.picture_id;
}

/* Takes a packet out of the slot's numbers, and its picture with its first packet. False if it comes too late
 * for that: then it fills its place. */
static bool leave_out(struct slot *slot, const struct media_packet *packet)
{
    bool first_of_picture = opens_gap(slot, packet);
    if (!map_remove(&slot->map, packet->number, first_of_picture))
        return false;
    if (first_of_picture) {
        slot->left_out.known = true;
        slot->left_out.picture_id = packet->descriptor.numbers.picture_id;
    }
    return true;
}

static bool is_left_out(struct slot *slot, const struct media_packet *packet)
{
    if (packet->is_vp8)
        adapt_temporal(slot, packet);
    bool above = packet->is_vp8 && packet->descriptor.temporal_id > slot->temporal;
    return (above || is_empty(slot, packet)) && leave_out(slot, packet);
}

static void note_sent(struct slot *slot, const struct media_packet *packet, const struct mapped *mapped,
                      int64_t now_us)
{
    if (slot->last.known && mapped->number <= slot->last.number)
        return;
    slot->last.known = true;
    slot->last.number = mapped->number;
    slot->last.timestamp = packet->rtp.timestamp + slot->timestamp_offset;
    slot->last.sent_at_us = now_us;
    if (packet->is_vp8) {
        struct picture_numbers offsets = offsets_at(slot, mapped);
        note_pictures(slot, &packet->descriptor, &offsets);
    }
}

size_t slot_forward(struct slot *slot, const struct media_packet *packet, int64_t now_us, uint8_t *out)
{
    struct mapped mapped;
    if (!slot->mapping) {
        if (!can_begin(slot, packet))
            return 0;
        begin(slot, packet, now_us);
    }
    if (is_left_out(slot, packet) || !map_forward(&slot->map, packet->number, &mapped))
        return 0;
    note_sent(slot, packet, &mapped, now_us);
    return write_media(slot, packet, &mapped, out);
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
    struct mapped mapped;
    map_forward(&slot->map, packet->number, &mapped);
    slot->resent++;
    fields.payload_type = slot->spec.rtx_payload_type;
    fields.sequence_number = ++slot->rtx_number;
    fields.timestamp += slot->timestamp_offset;
    fields.ssrc = slot->spec.rtx_ssrc.value;
    size_t header = rtp_write_header(out, &fields, slot->extension_ids, slot->spec.transport_cc_id);
    store16(out + header, sequence_number);
    return header + RTX_HEADER_SIZE + write_payload(slot, packet, &mapped, out + header + RTX_HEADER_SIZE);
}

size_t slot_write_padding(struct slot *slot, uint8_t *out)
{
    struct rtp_packet fields = {
        .payload_type = slot->spec.rtx_payload_type,
        .sequence_number = ++slot->rtx_number,
        .timestamp = slot->last.timestamp,
        .ssrc = slot->spec.rtx_ssrc.value,
    };
    size_t header = rtp_write_header(out, &fields, slot->extension_ids, slot->spec.transport_cc_id);
    return header + rtp_write_padding(out, out + header);
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
