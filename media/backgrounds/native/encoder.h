/* VP8 in real time with libvpx: constant bit rate, one thread, no look-ahead.
 *
 * What it has over an encoder behind a general library: the bit rate changes while it runs, without a new
 * encoder and its key frame, and no buffer is copied on the way in. */
#ifndef SPORTELLO_ENCODER_H
#define SPORTELLO_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vpx/vpx_encoder.h>

#include "blend.h"

struct encoder {
    vpx_codec_ctx_t codec;
    vpx_codec_enc_cfg_t config;
};

/* What `encoder_encode` gives; valid until the next call. */
struct encoded {
    const uint8_t *data;
    size_t size; /* 0: the frame was dropped to keep the rate */
    bool is_key_frame;
};

/* `speed` is libvpx's cpu-used, 0 to 16: higher is faster. False if libvpx refuses. */
bool encoder_open(struct encoder *encoder, int width, int height, int bitrate_bps, int speed);

/* Holds from the next frame on. False if libvpx refuses; then the former rate stays. */
bool encoder_set_bitrate(struct encoder *encoder, int bitrate_bps);

/* `planes` are Y, U and V of the encoder's size. Times are in 1/90000 s; `time` grows with each frame. */
bool encoder_encode(struct encoder *encoder, const struct plane planes[3], int64_t time, int64_t duration,
                    bool key_frame, struct encoded *result);

void encoder_close(struct encoder *encoder);

#endif
