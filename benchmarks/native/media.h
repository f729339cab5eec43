/* One stream that a participant sends: audio that looks like Opus, video that looks like VP8.
 *
 * Packets are evenly spaced, as a sender's pacer leaves them. Every one ends with a stamp, which the forwarder
 * does not see through and the receiver reads: whose packet it is and when it was sent. */
#ifndef LOAD_MEDIA_H
#define LOAD_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIA_MIN_PAYLOAD 40 /* room for descriptor, frame head and stamp */
#define MEDIA_MAX_PAYLOAD 1200
#define MEDIA_MAX_EXTENSIONS 16
#define MEDIA_MAX_PACKET (MEDIA_MAX_PAYLOAD + 24 + MEDIA_MAX_EXTENSIONS)

enum media_kind { MEDIA_AUDIO, MEDIA_VIDEO };

/* `extensions` are header-extension elements (RFC 8285, one-byte form) that each packet carries. Streams with one
 * number of a `camera`, other than 0, are the same pictures in several sizes: a key frame comes in all of them, and
 * a member hears one at a time. `height` is told by key frames; the width is 16/9 of it. */
struct media_spec {
    enum media_kind kind;
    uint8_t payload_type;
    uint8_t extensions[MEDIA_MAX_EXTENSIONS];
    uint8_t extension_size;
    uint8_t camera;
    uint16_t height;
    uint32_t ssrc;
    uint32_t packets_per_s;
    uint32_t packets_per_frame;
    uint32_t payload_size;
};

/* `window` numbers the measurement to which the packet belongs, 0 if none; `hearers` has a bit for each member
 * of the room that is expected to receive it; `sent_ns` is of the wall clock. */
struct stamp {
    uint32_t media;
    uint32_t window;
    uint32_t hearers;
    int64_t sent_ns;
};

/* `hearers` has a bit for each member of the room that has received a packet of this stream. */
struct media {
    struct media_spec spec;
    uint32_t frame;
    uint32_t packet_of_frame;
    uint16_t sequence_number;
    bool key_frame_wanted;
    bool key_frame;
    uint32_t packet_count;
    uint32_t octet_count;
    uint32_t hearers;
};

/* Begins a stream, with a key frame. */
void media_begin(struct media *media, const struct media_spec *spec);

/* Whether both are the pictures of one camera. */
static inline bool media_is_same_camera(const struct media *one, const struct media *other)
{
    return one->spec.camera && one->spec.camera == other->spec.camera;
}

/* Ticks of the RTP clock in a second. */
static inline uint32_t media_clock_rate(enum media_kind kind) { return kind == MEDIA_AUDIO ? 48000 : 90000; }

/* Nanoseconds from packet to packet. */
static inline int64_t media_interval_ns(const struct media *media) { return 1000000000 / media->spec.packets_per_s; }

/* The RTP timestamp of the frame that is being sent. */
uint32_t media_timestamp(const struct media *media);

/* Writes the next packet, in the clear, to MEDIA_MAX_PACKET bytes, and returns its size. It has room for a
 * transport-wide number if the identifier of that is not 0. */
size_t media_write(struct media *media, const struct stamp *stamp, uint8_t transport_cc_id, uint8_t *out);

/* Reads the stamp of a received payload; false if it has none. */
bool stamp_read(const uint8_t *payload, size_t size, struct stamp *stamp);

#endif
