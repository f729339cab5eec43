#include "encoder.h"

#include <vpx/vp8cx.h>

enum {
    TIMES_PER_SECOND = 90000,
    /* The quantizers and buffers that browsers use for calls. */
    BEST_QUANTIZER = 2,
    WORST_QUANTIZER = 56,
    BUFFER_MS = 1000,
    BUFFER_INITIAL_MS = 500,
    BUFFER_OPTIMAL_MS = 600,
    UNDERSHOOT_PERCENT = 100,
    OVERSHOOT_PERCENT = 15,
    /* Frames are dropped when the buffer is emptier than this: late is worse than few. */
    DROP_BELOW_PERCENT = 30,
    /* A key frame may take this share of the mean frame, so that it does not fill the receiver's line. */
    KEY_FRAME_PERCENT = 900,
    /* Blocks that changed less than this are copied. */
    STATIC_THRESHOLD = 1,
};

static unsigned kilobits(int bitrate_bps)
{
    return bitrate_bps < 1000 ? 1 : (unsigned)bitrate_bps / 1000;
}

static void configure(vpx_codec_enc_cfg_t *config, int width, int height, int bitrate_bps)
{
    config->g_w = (unsigned)width;
    config->g_h = (unsigned)height;
    config->g_threads = 1; /* More of them spin while they wait for each other. */
    config->g_timebase.num = 1;
    config->g_timebase.den = TIMES_PER_SECOND;
    config->g_error_resilient = VPX_ERROR_RESILIENT_DEFAULT;
    config->g_lag_in_frames = 0;
    config->rc_end_usage = VPX_CBR;
    config->rc_target_bitrate = kilobits(bitrate_bps);
    config->rc_dropframe_thresh = DROP_BELOW_PERCENT;
    config->rc_min_quantizer = BEST_QUANTIZER;
    config->rc_max_quantizer = WORST_QUANTIZER;
    config->rc_undershoot_pct = UNDERSHOOT_PERCENT;
    config->rc_overshoot_pct = OVERSHOOT_PERCENT;
    config->rc_buf_sz = BUFFER_MS;
    config->rc_buf_initial_sz = BUFFER_INITIAL_MS;
    config->rc_buf_optimal_sz = BUFFER_OPTIMAL_MS;
    config->kf_mode = VPX_KF_DISABLED; /* Key frames are made on demand only. */
}

bool encoder_open(struct encoder *encoder, int width, int height, int bitrate_bps, int speed)
{
    if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &encoder->config, 0) != VPX_CODEC_OK)
        return false;
    configure(&encoder->config, width, height, bitrate_bps);
    if (vpx_codec_enc_init(&encoder->codec, vpx_codec_vp8_cx(), &encoder->config, 0) != VPX_CODEC_OK)
        return false;
    /* Negative: the speed is kept, instead of being adapted to a clock. */
    if (vpx_codec_control(&encoder->codec, VP8E_SET_CPUUSED, -speed) == VPX_CODEC_OK &&
        vpx_codec_control(&encoder->codec, VP8E_SET_STATIC_THRESHOLD, STATIC_THRESHOLD) == VPX_CODEC_OK &&
        vpx_codec_control(&encoder->codec, VP8E_SET_NOISE_SENSITIVITY, 0) == VPX_CODEC_OK &&
        vpx_codec_control(&encoder->codec, VP8E_SET_MAX_INTRA_BITRATE_PCT, KEY_FRAME_PERCENT) == VPX_CODEC_OK)
        return true;
    vpx_codec_destroy(&encoder->codec);
    return false;
}

bool encoder_set_bitrate(struct encoder *encoder, int bitrate_bps)
{
    vpx_codec_enc_cfg_t config = encoder->config;
    config.rc_target_bitrate = kilobits(bitrate_bps);
    if (vpx_codec_enc_config_set(&encoder->codec, &config) != VPX_CODEC_OK)
        return false;
    encoder->config = config;
    return true;
}

static void describe(vpx_image_t *image, const struct plane planes[3])
{
    *image = (vpx_image_t){
        .fmt = VPX_IMG_FMT_I420,
        .w = (unsigned)planes[0].width,
        .h = (unsigned)planes[0].height,
        .d_w = (unsigned)planes[0].width,
        .d_h = (unsigned)planes[0].height,
        .x_chroma_shift = 1,
        .y_chroma_shift = 1,
        .bps = 12,
        .bit_depth = 8,
    };
    for (int i = 0; i < 3; i++) {
        image->planes[i] = planes[i].rows;
        image->stride[i] = (int)planes[i].stride;
    }
}

bool encoder_encode(struct encoder *encoder, const struct plane planes[3], int64_t time, int64_t duration,
                    bool key_frame, struct encoded *result)
{
    vpx_image_t image;
    describe(&image, planes);
    *result = (struct encoded){0};
    if (vpx_codec_encode(&encoder->codec, &image, time, (unsigned long)duration,
                         key_frame ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME) != VPX_CODEC_OK)
        return false;
    vpx_codec_iter_t iterator = NULL;
    const vpx_codec_cx_pkt_t *packet;
    while ((packet = vpx_codec_get_cx_data(&encoder->codec, &iterator))) {
        if (packet->kind != VPX_CODEC_CX_FRAME_PKT)
            continue;
        result->data = packet->data.frame.buf;
        result->size = packet->data.frame.sz;
        result->is_key_frame = packet->data.frame.flags & VPX_FRAME_IS_KEY;
    }
    return true;
}

void encoder_close(struct encoder *encoder)
{
    vpx_codec_destroy(&encoder->codec);
}
