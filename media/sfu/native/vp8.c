#include "vp8.h"

#include <string.h>

#include "bytes.h"

#define EXTENDED 0x80
#define START_OF_PARTITION 0x10
#define PARTITION_INDEX 0x07
#define HAS_PICTURE_ID 0x80
#define HAS_TL0PICIDX 0x40
#define HAS_TID 0x20
#define HAS_KEYIDX 0x10
#define LONG_PICTURE_ID 0x80
#define LAYER_SYNC 0x20
#define DIMENSION 0x3FFF /* the two bits above tell how to scale the picture up */

/* Reads the optional fields behind the flags; returns where they end. `payload` holds six bytes at least,
 * zeros where the packet has ended. */
static uint8_t parse_fields(const uint8_t *payload, struct vp8_descriptor *descriptor)
{
    uint8_t flags = payload[1], at = 2;
    if (flags & HAS_PICTURE_ID) {
        descriptor->picture_id_at = at;
        descriptor->long_picture_id = payload[at] & LONG_PICTURE_ID;
        descriptor->numbers.picture_id =
            descriptor->long_picture_id ? load16(payload + at) & 0x7FFFu : payload[at];
        at += descriptor->long_picture_id ? 2 : 1;
    }
    if (flags & HAS_TL0PICIDX) {
        descriptor->tl0picidx_at = at;
        descriptor->numbers.tl0picidx = payload[at++];
    }
    if (flags & HAS_TID) {
        descriptor->temporal_id = payload[at] >> 6;
        descriptor->layer_sync = payload[at] & LAYER_SYNC;
    }
    if (flags & HAS_KEYIDX) {
        descriptor->keyidx_at = at;
        descriptor->numbers.keyidx = payload[at] & 0x1F;
    }
    return flags & (HAS_TID | HAS_KEYIDX) ? at + 1 : at;
}

bool vp8_parse(const uint8_t *payload, size_t size, struct vp8_descriptor *descriptor)
{
    uint8_t start[6] = {0};
    for (size_t i = 0; i < sizeof start && i < size; i++)
        start[i] = payload[i];
    *descriptor = (struct vp8_descriptor){.size = 1};
    if (start[0] & EXTENDED)
        descriptor->size = parse_fields(start, descriptor);
    bool starts_frame = start[0] & START_OF_PARTITION && !(start[0] & PARTITION_INDEX);
    if (size < descriptor->size || (starts_frame && size == descriptor->size) || size == 0)
        return false;
    /* The inverse key-frame bit is the lowest of the first partition's first byte (section 4.3). */
    descriptor->frame_start = starts_frame;
    descriptor->key_frame_start = starts_frame && !(payload[descriptor->size] & 1);
    return true;
}

bool vp8_picture_size(const uint8_t *payload, size_t size, const struct vp8_descriptor *descriptor, uint16_t *width,
                      uint16_t *height)
{
    static const uint8_t START_CODE[] = {0x9D, 0x01, 0x2A};
    const uint8_t *frame = payload + descriptor->size;
    if (size < descriptor->size + 10u || memcmp(frame + 3, START_CODE, sizeof START_CODE) != 0)
        return false;
    *width = (uint16_t)((frame[6] | frame[7] << 8) & DIMENSION);
    *height = (uint16_t)((frame[8] | frame[9] << 8) & DIMENSION);
    return true;
}

void vp8_rewrite(uint8_t *payload, const struct vp8_descriptor *descriptor, const struct picture_numbers *offsets)
{
    uint32_t picture_id = descriptor->numbers.picture_id + offsets->picture_id;
    if (descriptor->picture_id_at && descriptor->long_picture_id)
        store16(payload + descriptor->picture_id_at, (uint16_t)(0x8000 | (picture_id & 0x7FFF)));
    else if (descriptor->picture_id_at)
        payload[descriptor->picture_id_at] = picture_id & 0x7F;
    if (descriptor->tl0picidx_at)
        payload[descriptor->tl0picidx_at] = (uint8_t)(descriptor->numbers.tl0picidx + offsets->tl0picidx);
    if (descriptor->keyidx_at) {
        uint8_t *at = payload + descriptor->keyidx_at;
        *at = (*at & 0xE0) | ((descriptor->numbers.keyidx + offsets->keyidx) & 0x1F);
    }
}
