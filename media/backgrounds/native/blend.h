/* Laying one picture plane over another with a mask, in integers.
 *
 * What lies behind, the mask and the light are needed at less than full height: a blurred room has no detail,
 * and a mask is found at the model's size. They come with as many columns as the plane but fewer rows, and are
 * stretched here row by row, so that no full-size plane is ever written for them. */
#ifndef SPORTELLO_BLEND_H
#define SPORTELLO_BLEND_H

#include <stddef.h>
#include <stdint.h>

enum { BLEND_MAX_WIDTH = 8192 };

/* A plane of 8-bit samples; `stride` is the distance between rows in bytes. */
struct plane {
    uint8_t *rows;
    ptrdiff_t stride;
    int width;
    int height;
};

/* out = front * mask / 255 + behind * (1 - mask / 255), rounded to nearest; `light` is added to the front first,
 * saturated, or is NULL. `out` and `front` are of one size; the others have that width and any height from 1.
 * Widths are at most BLEND_MAX_WIDTH. `out` may be `front`, and overlaps nothing else. */
void blend_plane(const struct plane *out, const struct plane *front, const struct plane *behind,
                 const struct plane *mask, const struct plane *light);

#endif
