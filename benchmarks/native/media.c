#include "media.h"

#include <string.h>

#include "bytes.h"
#include "rtp.h"

#define STAMP_SIZE 24
#define STAMP_MAGIC 0x53706f72

#define OPUS_TOC 0x78 /* hybrid, 20 ms, mono (RFC 6716 section 3.1) */
#define ONE_BYTE_MAX_ID 14

#define DESCRIPTOR_SIZE 6
#define KEY_FRAME_HEAD_SIZE 10

void media_begin(struct media *media, const struct media_spec *spec)
{
    *media = (struct media){.spec = *spec, .key_frame_wanted = true};
}

uint32_t media_timestamp(const struct media *media)
{
    uint64_t ticks = media_clock_rate(media->spec.kind) * (uint64_t)media->spec.packets_per_frame;
    return (uint32_t)(media->frame * ticks / media->spec.packets_per_s);
}

static void stamp_write(uint8_t *end, const struct stamp *stamp)
{
    store32(end - 24, STAMP_MAGIC);
    store32(end - 20, stamp->media);
    store32(end - 16, stamp->window);
    store32(end - 12, stamp->hearers);
    store64(end - 8, (uint64_t)stamp->sent_ns);
}

bool stamp_read(const uint8_t *payload, size_t size, struct stamp *stamp)
{
    if (size < STAMP_SIZE)
        return false;
    const uint8_t *end = payload + size;
    *stamp = (struct stamp){load32(end - 20), load32(end - 16), load32(end - 12), (int64_t)load64(end - 8)};
    return load32(end - 24) == STAMP_MAGIC;
}

/* The descriptor with all of its numbers (RFC 7741 section 4.2), as browsers send it. */
static void write_descriptor(const struct media *media, uint8_t *out)
{
    out[0] = media->packet_of_frame == 0 ? 0x90 : 0x80;
    out[1] = 0xF0;
    store16(out + 2, (uint16_t)(0x8000 | (media->frame & 0x7FFF)));
    out[4] = (uint8_t)media->frame;
    out[5] = 0x20 | (media->frame & 0x1F);
}

/* The head of a key frame (RFC 6386 section 9.1); of other frames the first byte is enough. */
static void write_frame_head(const struct media *media, uint8_t *out)
{
    uint16_t height = media->spec.height, width = (uint16_t)(height * 16 / 9);
    const uint8_t key_frame[KEY_FRAME_HEAD_SIZE] = {
        0x10, 0, 0, 0x9D, 0x01, 0x2A, (uint8_t)width, width >> 8, (uint8_t)height, height >> 8,
    };
    if (media->key_frame)
        memcpy(out, key_frame, sizeof key_frame);
    else
        out[0] = 0x11;
}

static void write_payload(const struct media *media, uint8_t *out)
{
    memset(out, 0x5A, media->spec.payload_size);
    if (media->spec.kind == MEDIA_AUDIO) {
        out[0] = OPUS_TOC;
        return;
    }
    write_descriptor(media, out);
    if (media->packet_of_frame == 0)
        write_frame_head(media, out + DESCRIPTOR_SIZE);
}

static size_t write_header(const struct media *media, uint8_t transport_cc_id, uint8_t *out)
{
    const struct media_spec *spec = &media->spec;
    uint8_t ids[256] = {0};
    struct rtp_packet fields = {
        .payload_type = spec->payload_type,
        .marker = spec->kind == MEDIA_VIDEO && media->packet_of_frame + 1 == spec->packets_per_frame,
        .sequence_number = media->sequence_number,
        .timestamp = media_timestamp(media),
        .ssrc = spec->ssrc,
    };
    for (uint8_t id = 1; id <= ONE_BYTE_MAX_ID; id++)
        ids[id] = id;
    fields.extensions = (struct rtp_extensions){.data = spec->extensions, .size = spec->extension_size};
    return rtp_write_header(out, &fields, ids, transport_cc_id);
}

static void advance(struct media *media)
{
    media->sequence_number++;
    media->packet_count++;
    media->octet_count += media->spec.payload_size;
    if (++media->packet_of_frame == media->spec.packets_per_frame) {
        media->packet_of_frame = 0;
        media->frame++;
    }
}

size_t media_write(struct media *media, const struct stamp *stamp, uint8_t transport_cc_id, uint8_t *out)
{
    if (media->packet_of_frame == 0) {
        media->key_frame = media->key_frame_wanted;
        media->key_frame_wanted = false;
    }
    size_t header = write_header(media, transport_cc_id, out), end = header + media->spec.payload_size;
    write_payload(media, out + header);
    stamp_write(out + end, stamp);
    advance(media);
    return end;
}
