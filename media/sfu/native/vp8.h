/* The VP8 payload descriptor (RFC 7741 section 4.2). */
#ifndef SPORTELLO_VP8_H
#define SPORTELLO_VP8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The running numbers of a stream: picture id, TL0PICIDX and KEYIDX. They count modulo 2^32; a descriptor
 * carries as many of the low bits as it has room for. */
struct picture_numbers {
    uint32_t picture_id;
    uint32_t tl0picidx;
    uint32_t keyidx;
};

/* A parsed descriptor. The `*_at` fields are byte offsets in the payload, 0 where the number is absent. */
struct vp8_descriptor {
    uint8_t size;
    uint8_t picture_id_at;
    uint8_t tl0picidx_at;
    uint8_t keyidx_at;
    bool long_picture_id; /* 15 bits, else 7 */
    bool frame_start;     /* the packet holds the beginning of a frame */
    bool key_frame_start; /* and of a key frame */
    bool layer_sync;      /* the frame refers to the lowest temporal layer only */
    uint8_t temporal_id;  /* 0 where absent */
    struct picture_numbers numbers;
};

/* False if the payload ends within the descriptor. */
bool vp8_parse(const uint8_t *payload, size_t size, struct vp8_descriptor *descriptor);

/* Reads the size of the picture, in pixels, from a packet with the beginning of a key frame (RFC 6386 section
 * 9.1); false if the packet ends within. */
bool vp8_picture_size(const uint8_t *payload, size_t size, const struct vp8_descriptor *descriptor, uint16_t *width,
                      uint16_t *height);

/* Advances each present number in a payload by its offset; nothing changes its width. */
void vp8_rewrite(uint8_t *payload, const struct vp8_descriptor *descriptor, const struct picture_numbers *offsets);

#endif
