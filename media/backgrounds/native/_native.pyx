# cython: language_level=3, binding=True, embedsignature=True, boundscheck=False, wraparound=False
"""Blending and VP8 encoding for Python; blend.h and encoder.h say what each does."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint8_t


cdef extern from "blend.h":
    int BLEND_MAX_WIDTH
    struct plane:
        uint8_t *rows
        ptrdiff_t stride
        int width
        int height
    void blend_plane(
        const plane *out, const plane *front, const plane *behind, const plane *mask, const plane *light
    ) nogil

cdef extern from "encoder.h":
    struct encoder:
        pass
    struct encoded:
        const uint8_t *data
        size_t size
        bint is_key_frame
    bint encoder_open(encoder *, int width, int height, int bitrate_bps, int speed) nogil
    bint encoder_set_bitrate(encoder *, int bitrate_bps) nogil
    bint encoder_encode(
        encoder *, const plane *planes, int64_t time, int64_t duration, bint key_frame, encoded *result
    ) nogil
    void encoder_close(encoder *) nogil


cdef int describe(plane *target, const uint8_t[:, :] samples) except -1:
    if samples.shape[0] == 0 or not 0 < samples.shape[1] <= BLEND_MAX_WIDTH:
        raise ValueError(f"a plane of {samples.shape[1]}×{samples.shape[0]}")
    if samples.strides[1] != 1:
        raise ValueError("the samples of a row must be neighbours")
    target.rows = <uint8_t *>&samples[0, 0]
    target.stride = samples.strides[0]
    target.width = <int>samples.shape[1]
    target.height = <int>samples.shape[0]
    return 0


def blend(
    uint8_t[:, :] out not None,
    const uint8_t[:, :] front not None,
    const uint8_t[:, :] behind not None,
    const uint8_t[:, :] mask not None,
    const uint8_t[:, :] light=None,
):
    cdef plane planes[5]
    describe(&planes[0], out)
    describe(&planes[1], front)
    describe(&planes[2], behind)
    describe(&planes[3], mask)
    cdef bint is_lit = light is not None
    if is_lit:
        describe(&planes[4], light)
    if planes[0].height != planes[1].height:
        raise ValueError("the planes in front and out differ in height")
    for i in range(1, 5 if is_lit else 4):
        if planes[i].width != planes[0].width:
            raise ValueError("the planes differ in width")
    with nogil:
        blend_plane(&planes[0], &planes[1], &planes[2], &planes[3], &planes[4] if is_lit else NULL)


cdef class Vp8Encoder:
    cdef encoder encoder
    cdef bint is_open
    cdef readonly int width
    cdef readonly int height

    def __cinit__(self, int width, int height, *, int bitrate_bps, int speed):
        if not 0 < width <= BLEND_MAX_WIDTH or not 0 < height <= BLEND_MAX_WIDTH:
            raise ValueError(f"a picture of {width}×{height}")
        if not encoder_open(&self.encoder, width, height, bitrate_bps, speed):
            raise RuntimeError("libvpx refused to open an encoder")
        self.is_open = True
        self.width = width
        self.height = height

    def __dealloc__(self):
        if self.is_open:
            encoder_close(&self.encoder)

    def set_bitrate(self, int bitrate_bps):
        if not encoder_set_bitrate(&self.encoder, bitrate_bps):
            raise ValueError(f"a bit rate of {bitrate_bps} bit/s")

    def encode(
        self,
        const uint8_t[:, :] y not None,
        const uint8_t[:, :] u not None,
        const uint8_t[:, :] v not None,
        *,
        int64_t time,
        int64_t duration,
        bint key_frame=False,
    ):
        cdef plane planes[3]
        describe(&planes[0], y)
        describe(&planes[1], u)
        describe(&planes[2], v)
        if planes[0].width != self.width or planes[0].height != self.height:
            raise ValueError("the picture is not of the encoder's size")
        for i in range(1, 3):
            if planes[i].width != (self.width + 1) // 2 or planes[i].height != (self.height + 1) // 2:
                raise ValueError("the chroma planes are not of half the size")
        cdef encoded result
        cdef bint is_done
        with nogil:
            is_done = encoder_encode(&self.encoder, planes, time, duration, key_frame, &result)
        if not is_done:
            raise RuntimeError("libvpx refused to encode a frame")
        if result.size == 0:
            return None
        return PyBytes_FromStringAndSize(<const char *>result.data, result.size)
