#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "clock.h"
#include "slot.h"

#define RTX_HEADER_SIZE 2
#define ARRIVING_US SECOND_US

struct source *source_new(uint32_t id, struct transport *transport, const struct source_spec *spec)
{
    struct source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    source->id = id;
    source->transport = transport;
    source->spec = *spec;
    source->ssrc = spec->ssrc;
    source->leader = source;
    source->key_frame_limit = (struct key_frame_limit){TIME_NEVER, KEY_FRAME_INTERVAL_US};
    source->last_received_us = TIME_NEVER;
    source->loudest = SILENCE;
    return source;
}

static void forget_packets(struct source *source)
{
    history_free(source->history);
    free(source->gaps);
    source->history = NULL;
    source->gaps = NULL;
}

void source_free(struct source *source)
{
    forget_packets(source);
    free(source);
}

void source_restart(struct source *source, uint32_t ssrc)
{
    forget_packets(source);
    source->ssrc = (struct maybe_ssrc){true, ssrc};
    source->sender_report.known = source->highest.known = source->key_frame.known = false;
    source->reception = (struct reception){0};
    source->unwrapper = (struct unwrapper){0};
    for (struct slot *slot = source->slots; slot; slot = slot->next)
        slot_interrupt(slot);
}

bool source_unwrap_retransmission(const struct source *source, struct rtp_packet *packet)
{
    if (!source->ssrc.known || !source->highest.known || packet->payload_size <= RTX_HEADER_SIZE)
        return false;
    packet->payload_type = source->spec.payload_type;
    packet->ssrc = source->ssrc.value;
    packet->sequence_number = load16(packet->payload);
    packet->payload += RTX_HEADER_SIZE;
    packet->payload_size -= RTX_HEADER_SIZE;
    return true;
}

bool source_read_red(const struct source *source, const struct rtp_packet *packet, struct media_packet *media)
{
    media->is_red = packet->payload_type == source->spec.red_payload_type;
    return !media->is_red ||
           red_parse(packet->payload, packet->payload_size, source->spec.payload_type, &media->red);
}

/* Many sources never send, so the memory waits for the first packet; without it there is no repair. */
static void prepare_repair(struct source *source)
{
    if (source->spec.nack && !source->gaps)
        source->gaps = calloc(1, sizeof *source->gaps);
    if (source->spec.kind == MEDIA_VIDEO && !source->history)
        source->history = history_new();
}

static void key_frame_began(struct source *source, const struct media_packet *media)
{
    source->key_frame.known = true;
    source->key_frame.number = media->number;
    source->key_frame.began_at_us = media->received_at_us;
    source->key_frame_wish = (struct key_frame_wish){0}; /* it fulfils all */
    vp8_picture_size(media->rtp.payload, media->rtp.payload_size, &media->descriptor, &source->width,
                     &source->height);
    if (source->gaps)
        gaps_key_frame_received(source->gaps, media->number);
}

static void count(struct source *source, const struct media_packet *media)
{
    int layer = media->is_vp8 ? media->descriptor.temporal_id : 0;
    source->bytes[layer] += RTP_HEADER_SIZE + media->rtp.payload_size;
    source->last_received_us = media->received_at_us;
}

bool source_receive(struct source *source, const struct rtp_packet *packet, bool repaired, int64_t now_us,
                    struct media_packet *media)
{
    int64_t number = unwrap(&source->unwrapper, packet->sequence_number);
    prepare_repair(source);
    if (!repaired)
        reception_received(&source->reception, number, packet->timestamp, clock_rate(source->spec.kind), now_us);
    if (source->gaps && !gaps_received(source->gaps, number, now_us))
        return false;
    if (!source->highest.known || number > source->highest.number)
        source->highest.number = number;
    source->highest.known = true;
    media->number = number;
    media->received_at_us = now_us;
    media->rtp = *packet;
    media->is_vp8 = source->spec.kind == MEDIA_VIDEO &&
                    vp8_parse(packet->payload, packet->payload_size, &media->descriptor);
    count(source, media);
    if (source->history)
        history_put(source->history, media);
    if (media->is_vp8 && media->descriptor.key_frame_start)
        key_frame_began(source, media);
    return true;
}

const struct media_packet *source_packet(const struct source *source, int64_t number)
{
    return source->history ? history_get(source->history, number) : NULL;
}

bool source_is_arriving(const struct source *source, int64_t now_us)
{
    return now_us - source->last_received_us <= ARRIVING_US;
}

bool source_lacks_key_frame(const struct source *source, int64_t now_us)
{
    if (!source_is_arriving(source, now_us))
        return false;
    for (const struct slot *slot = source->slots; slot; slot = slot->next)
        if (slot_is_waiting(slot))
            return true;
    return source->candidates;
}

bool source_recent_key_frame(const struct source *source, int64_t now_us, int64_t not_before_us, int64_t *number)
{
    *number = source->key_frame.number;
    return source->key_frame.known && source->key_frame.began_at_us >= not_before_us &&
           now_us - source->key_frame.began_at_us <= KEY_FRAME_INTERVAL_US;
}

bool source_report(struct source *source, int64_t now_us, struct rtcp_block *block)
{
    if (!source->ssrc.known || !reception_report(&source->reception, block))
        return false;
    block->ssrc = source->ssrc.value;
    if (source->sender_report.known) {
        block->last_sender_report = (uint32_t)(source->sender_report.report.ntp_time >> 16);
        int64_t delay = us_to_ticks(now_us - source->sender_report.received_at_us, 65536);
        block->delay_since_last = block->last_sender_report ? (uint32_t)delay : 0;
    }
    return true;
}
